// Google's Pub/Sub client for Node against the emulator: publishing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, control, emulator, until } from "../environment.mjs";
import { INVALID_ARGUMENT, connect, messages, raw, refused, text } from "./client.mjs";

const { project } = emulator();
let pubsub;
before(() => { pubsub = connect(); });
after(() => pubsub.close());

test("messages are published in batches, and arrive whole", PATIENCE, async () => {
  const [made] = await pubsub.createTopic("batched");
  const [subscription] = await made.createSubscription("batched-seen");
  const topic = pubsub.topic("batched", { batching: { maxMessages: 50, maxMilliseconds: 50 } });
  const ids = await Promise.all(Array.from({ length: 120 }, (_, n) => topic.publishMessage({
    data: Buffer.from([n, 0, 255]), attributes: { n: String(n), "é": "\u{1F600}" },
  })));
  assert.equal(new Set(ids).size, 120);
  const seen = await messages(subscription, 120);
  assert.deepEqual(new Set(seen.map(({ id }) => id)), new Set(ids));
  for (const { attributes, data, publishTime, orderingKey } of seen) {
    assert.deepEqual([data, attributes["é"], orderingKey], [Buffer.from([Number(attributes.n), 0, 255]), "\u{1F600}", ""]);
    assert.ok(publishTime.getTime() > 0);
  }
  await subscription.close();
});

test("messages of one ordering key arrive in order", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("ordered");
  const [subscription] = await topic.createSubscription("ordered-seen", { enableMessageOrdering: true });
  const publisher = pubsub.topic("ordered", { messageOrdering: true });
  const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => publisher.publishMessage({
    data: Buffer.from(String(n)), attributes: { parity: n % 2 ? "odd" : "even" }, orderingKey: `key-${n % 2}`,
  })));
  assert.equal(new Set(ids).size, 200);
  const seen = await messages(subscription, 200);
  for (const key of [0, 1]) {
    const ofKey = seen.filter((message) => message.orderingKey === `key-${key}`);
    assert.deepEqual(ofKey.map(text), Array.from({ length: 100 }, (_, n) => String(2 * n + key)));
    assert.ok(ofKey.every((message) => message.attributes.parity === ["even", "odd"][key]));
  }
  await subscription.close();
});

test("a message sent again brings those of its key after it", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("again");
  const [subscription] = await topic.createSubscription("again-seen", { enableMessageOrdering: true });
  const publisher = pubsub.topic("again", { messageOrdering: true });
  for (const data of ["1", "2", "3"]) await publisher.publishMessage({ data: Buffer.from(data), orderingKey: "key" });
  const order = [];
  await messages(subscription, 1, (message) => {
    order.push(text(message));
    const times = order.filter((data) => data === "2").length;
    if (text(message) === "2" && times === 1) message.nack();
    else if (times !== 1) message.ack();
    return text(message) === "3" && times === 2;
  });
  const again = order.lastIndexOf("2");
  assert.deepEqual([order[0], order.slice(again)], ["1", ["2", "3"]], "what came after it comes after it again");
  await subscription.close();
});

test("an ordering key whose publishing failed waits until it is resumed", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("resumed");
  const publisher = pubsub.topic("resumed", { messageOrdering: true, batching: { maxMessages: 1 } });
  const send = (orderingKey, attributes = {}) => publisher.publishMessage({ data: Buffer.from("x"), orderingKey, attributes });
  await send("a");
  const lost = [send("a", { ["k".repeat(257)]: "v" }), send("a"), send("a")];
  // whoever waits for the others first leaves these unhandled, and Node ends
  const rejected = lost.map((promise) => assert.rejects(promise, refused(INVALID_ARGUMENT)));
  await send("b");
  await Promise.all(rejected);
  publisher.resumePublishing("a");
  await send("a");
  const { messages: published } = await control("GET", `pubsub/messages?topic=${topic.name}`);
  assert.deepEqual(published.map(({ orderingKey }) => orderingKey).sort(), ["a", "a", "b"]);
});

test("ten megabytes are a message, more are not", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("large");
  const [subscription] = await topic.createSubscription("large-seen");
  const data = Buffer.alloc(9_990_000, "x");
  await topic.publishMessage({ data });
  const [message] = await messages(subscription, 1);
  assert.ok(message.data.equals(data));
  await subscription.close();
  await assert.rejects(topic.publishMessage({ data: Buffer.alloc(10_000_001) }), refused(INVALID_ARGUMENT));
});

test("what is no message is refused", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("refusing");
  const { publisher, close } = await raw(pubsub);
  const send = (...messages) => publisher.publish({ topic: topic.name, messages });
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, "v"]));
  const wrong = [
    {}, { attributes: { ["k".repeat(257)]: "v" } }, { attributes: { k: "v".repeat(1025) } }, { attributes: { googclient: "v" } }, { attributes: many },
    { data: Buffer.from("x"), orderingKey: "k".repeat(1025) },
  ];
  for (const message of wrong) await assert.rejects(send(message), refused(INVALID_ARGUMENT), JSON.stringify(message).slice(0, 60));
  await assert.rejects(send(), refused(INVALID_ARGUMENT));
  await assert.rejects(send(...Array.from({ length: 1001 }, () => ({ data: Buffer.from("x") }))), refused(INVALID_ARGUMENT));
  await assert.rejects(send({ data: Buffer.from("good") }, {}), refused(INVALID_ARGUMENT));
  const [{ messageIds }] = await send({ attributes: { only: "" } });
  assert.equal(messageIds.length, 1);
  await close();
  const { messages: published } = await control("GET", `pubsub/messages?topic=${topic.name}`);
  assert.equal(published.length, 1, "a refused call has published nothing");
});

test("a filter keeps out what is not wanted", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("filtered");
  const filters = {
    equal: 'attributes.kind = "a"', unequal: 'attributes.kind != "a"', has: "attributes:size", prefix: 'hasPrefix(attributes.kind, "b")',
    both: 'attributes.kind = "b" AND NOT attributes:size', either: '(attributes.kind = "a" OR attributes.kind = "bb") AND attributes:"size"',
  };
  const wanted = { equal: ["1", "2"], unequal: ["3", "4", "5"], has: ["2", "4"], prefix: ["3", "4"], both: ["3"], either: ["2", "4"] };
  for (const [name, filter] of Object.entries(filters)) await topic.createSubscription(`filtered-${name}`, { filter });
  const sent = [{ kind: "a" }, { kind: "a", size: "1" }, { kind: "b" }, { kind: "bb", size: "2" }, {}];
  for (const [n, attributes] of sent.entries()) await topic.publishMessage({ data: Buffer.from(String(n + 1)), attributes });
  for (const [name, expected] of Object.entries(wanted)) {
    const subscription = pubsub.subscription(`filtered-${name}`);
    assert.deepEqual((await messages(subscription, expected.length)).map(text).sort(), expected, name);
    await subscription.close();
  }
  // the others do not wait anywhere
  await until(async () => (await control("GET", `settled?project=${project}`)).pending.every((waiting) => !JSON.stringify(waiting).includes("filtered-")));
});
