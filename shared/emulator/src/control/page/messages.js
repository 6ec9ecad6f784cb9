// Topics, subscriptions, what went through, and dead letters.
async function messages(path) {
  if (path.length > 0) return topic(path[0]);
  const state = await get("/_emulator/state?" + query({ project: where.project }));
  const dead = await get("/_emulator/pubsub/dead-letters?" + query({ project: where.project }));
  const of = (topic) => state.subscriptions.filter((subscription) => subscription.topic === topic.name);
  return [
    h("h2", null, "Topics"),
    table("Topics", [
      ["Topic", (topic) => link("messages", [topic.name], last(topic.name), { class: "name" })],
      ["Subscriptions", (topic) => of(topic).map((subscription) => h("div", { class: "name" }, last(subscription.name)))],
    ], state.topics),
    h("h2", null, "Subscriptions"),
    subscriptionTable(state.subscriptions),
    h("h2", null, "Dead letters"),
    dead.deadLetters.length === 0 ? h("p", { class: "empty" }, "None.") : messageTable(dead.deadLetters.map((letter) => ({ ...letter.message, topic: letter.topic })), true),
  ];
}

function subscriptionTable(subscriptions) {
  const number = (field) => (subscription) => String(subscription.backlog?.[field] ?? "");
  return table("Subscriptions", [
    ["Subscription", (subscription) => h("span", { class: "name" }, last(subscription.name))],
    ["Topic", (subscription) => link("messages", [subscription.topic], last(subscription.topic), { class: "name" })],
    ["Delivery", (subscription) => subscription.pushConfig?.pushEndpoint ? h("span", { class: "name" }, subscription.pushConfig.pushEndpoint) : "pull"],
    ["Waiting", number("undelivered"), "number"], ["Out", number("leased"), "number"], ["Dead", number("deadLetters"), "number"],
    ["", (subscription) => hold(subscription)],
  ], subscriptions);
}

function hold(subscription) {
  const held = subscription.backlog?.held;
  const body = { project: where.project, subscription: last(subscription.name) };
  const work = async () => {
    await ask(held ? "DELETE" : "PUT", "/_emulator/pubsub/hold", body);
    return held ? "Its deliveries go out." : "Its deliveries are held.";
  };
  return button(held ? "Release" : "Hold", work);
}

async function topic(name) {
  const told = await get("/_emulator/pubsub/messages?" + query({ topic: name }));
  const newest = told.messages.slice(-100).reverse();
  return [
    h("p", { class: "crumbs" }, link("messages", [], "Topics"), " / ", h("span", { class: "name" }, last(name))),
    h("h2", null, "The last messages"),
    newest.length === 0 ? h("p", { class: "empty" }, "None yet.") : messageTable(newest, false),
  ];
}

function messageTable(all, withTopic) {
  const columns = [
    ["Id", (message) => message.messageId, "tight"], ["Published", (message) => time(message.publishTime)],
    ["Key", (message) => message.orderingKey ?? ""],
    ["Attributes", (message) => Object.entries(message.attributes ?? {}).map(([key, value]) => h("div", null, h("code", null, key), " ", value))],
    ["Data", (message) => h("details", null, h("summary", null, text(message.data).slice(0, 60) || "empty"), h("pre", null, readable(text(message.data))))],
  ];
  if (withTopic) columns.splice(1, 0, ["Topic", (message) => h("span", { class: "name" }, last(message.topic))]);
  return table("Messages", columns, all);
}

function text(base64) {
  const bytes = Uint8Array.from(atob(base64 ?? ""), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
