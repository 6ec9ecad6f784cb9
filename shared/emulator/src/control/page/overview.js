// What there is, what is under way, and the clock.
async function overview() {
  const state = await get("/_emulator/state?" + query({ project: where.project }));
  const facts = [
    ["Collections", state.collections.length, "documents"], ["Topics", state.topics.length, "messages"],
    ["Subscriptions", state.subscriptions.length, "messages"], ["Buckets", state.buckets.length, "objects"],
    ["Executions", state.executions.length, "jobs"], ["Schedules", state.schedules.length, "schedules"],
    ["Faults", state.faults.filter((fault) => fault.active).length, "faults"],
  ];
  return [
    h("h2", null, "In this project"),
    h("dl", { class: "facts" }, facts.map(([name, count, view]) => h("div", null, h("dt", null, link(view, [], name)), h("dd", null, String(count))))),
    h("h2", null, "Under way"),
    state.pending.length === 0
      ? h("p", { class: "good" }, "Nothing: all is delivered, and no job runs.")
      : h("ul", null, state.pending.slice(0, 100).map((line) => h("li", null, h("span", { class: "name" }, line)))),
    h("h2", null, "The clock"),
    clockForm(state.clock),
    h("h2", null, "Start again"),
    h("p", null, "Removes everything of this project: documents, topics, subscriptions, buckets, jobs, schedules and its faults."),
    h("div", { class: "row" }, button("Reset " + where.project, reset, "danger")),
  ];
}

async function reset() {
  if (!confirm(`Remove everything of ${where.project}?`)) return "";
  await ask("POST", "/_emulator/reset", { project: where.project });
  return "All of the project is gone.";
}

function clockForm(clock) {
  const move = (millis) => async () => {
    await ask("PUT", "/_emulator/clock", { offsetMillis: millis });
    await tick();
    return "The clock is set.";
  };
  const by = (text, millis) => button(text, move(clock.offsetMillis + millis));
  return [
    h("p", null, "It shows ", time(new Date(clock.nowMillis).toISOString()), ", ", offset(clock.offsetMillis), "."),
    h("div", { class: "row" }, by("+1 minute", 60e3), by("+1 hour", 3600e3), by("+1 day", 86400e3), button("Back to now", move(0))),
  ];
}

function offset(millis) {
  if (millis === 0) return "the machine's time";
  const seconds = Math.abs(Math.round(millis / 1000));
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  let [rest, words] = [seconds, []];
  for (const [unit, name] of parts) {
    if (rest >= unit) words.push(Math.floor(rest / unit) + " " + name);
    rest %= unit;
  }
  return words.join(" ") + (millis > 0 ? " ahead of the machine" : " behind the machine");
}

async function tick() {
  const clock = await get("/_emulator/clock");
  const now = new Date(clock.nowMillis).toLocaleString();
  document.getElementById("clock").textContent = clock.offsetMillis === 0 ? now : `${now} (${offset(clock.offsetMillis)})`;
}
