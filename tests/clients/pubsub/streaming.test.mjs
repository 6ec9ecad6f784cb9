// Google's Pub/Sub client for Node against the emulator: StreamingPull.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { connect, messages, numbers, text } from "./client.mjs";

let pubsub, numbered;
before(() => {
  pubsub = connect();
  numbered = numbers(pubsub);
});
after(() => pubsub.close());

test("no more messages are out than the flow control lets", PATIENCE, async () => {
  const open = await numbered("flowing", 40);
  const subscription = open({ flowControl: { maxMessages: 5, allowExcessMessages: false } });
  let out = 0, most = 0;
  await messages(subscription, 40, (message) => {
    most = Math.max(most, ++out);
    setImmediate(() => { out--; message.ack(); });
    return true;
  });
  assert.ok(most <= 5, `${most} at once`);
  await subscription.close();
});

test("what is not taken comes again, its deadline is moved meanwhile", PATIENCE, async () => {
  const open = await numbered("again-and-again", 3, { ackDeadlineSeconds: 600 });
  const subscription = open(), times = {};
  await messages(subscription, 3, (message) => {
    times[text(message)] = (times[text(message)] ?? 0) + 1;
    message.modAck(30);
    if (times[text(message)] < 3) message.nack();
    else message.ack();
    return times[text(message)] === 3;
  });
  assert.deepEqual(times, { 0: 3, 1: 3, 2: 3 });
  await subscription.close();
});

test("a client that closes gives back what it holds", PATIENCE, async () => {
  const open = await numbered("given-back", 10, { ackDeadlineSeconds: 600 });
  const first = open({ closeOptions: { behavior: "NACK" } });
  const held = await messages(first, 10, () => true);
  await first.close();
  const second = open();
  const again = await messages(second, 10);
  assert.deepEqual(new Set(again.map(({ id }) => id)), new Set(held.map(({ id }) => id)));
  await second.close();
});

test("two clients of a subscription share its messages", PATIENCE, async () => {
  const open = await numbered("shared", 30);
  const flowControl = { maxMessages: 3 }, seen = [[], []], subscriptions = [open({ flowControl }), open({ flowControl })];
  await new Promise((resolve) => {
    subscriptions.forEach((subscription, n) => subscription.on("message", (message) => {
      seen[n].push(text(message));
      // the first holds what it has until the second had some
      const ready = () => (n === 1 || seen[1].length ? message.ack() : setImmediate(ready));
      ready();
      if (seen.flat().length === 30) resolve();
    }));
  });
  assert.equal(new Set(seen.flat()).size, 30, "each once");
  assert.ok(seen[0].length && seen[1].length);
  await Promise.all(subscriptions.map((subscription) => subscription.close()));
});

test("a message that failed is tried again after the backoff of its subscription, not before", PATIENCE, async () => {
  const open = await numbered("backing-off", 1, { retryPolicy: { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 2 } } });
  const subscription = open(), at = [];
  await messages(subscription, 1, (message) => {
    at.push(Date.now());
    if (at.length < 2) message.nack();
    else message.ack();
    return at.length === 2;
  });
  assert.ok(at[1] - at[0] >= 900, "a second, less what clocks differ");
  await subscription.close();
});

test("what nobody can take lies with the dead letters, told where it came from", PATIENCE, async () => {
  const [dead] = await pubsub.createTopic("dead");
  const [letters] = await dead.createSubscription("dead-seen");
  const [topic] = await pubsub.createTopic("poisonous");
  const [subscription] = await topic.createSubscription("poisonous-seen", {
    deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 5 },
  });
  const attempts = [];
  const refused = messages(subscription, 5, (message) => { attempts.push(message.deliveryAttempt); message.nack(); return true; });
  await topic.publishMessage({ data: Buffer.from("poison"), attributes: { kind: "bad" } });
  const [letter] = await messages(letters, 1);
  await refused;
  assert.deepEqual(attempts, [1, 2, 3, 4, 5]);
  assert.equal(text(letter), "poison");
  assert.equal(letter.attributes.kind, "bad");
  assert.equal(letter.attributes.CloudPubSubDeadLetterSourceSubscription, "poisonous-seen");
  assert.equal(letter.attributes.CloudPubSubDeadLetterSourceDeliveryCount, "5");
  await Promise.all([subscription.close(), letters.close()]);
});
