// Google's generated Pub/Sub client for Node against the emulator: pull, acknowledge, seek.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, emulator } from "../environment.mjs";
import { INVALID_ARGUMENT, NOT_FOUND, connect, pairs, publish, raw, refused, text, texts } from "./client.mjs";

const { project } = emulator();
let pubsub, subscriber, close, pair;
before(async () => {
  pubsub = connect();
  ({ subscriber, close } = await raw(pubsub));
  pair = pairs(pubsub, subscriber);
});
after(async () => {
  await close();
  await pubsub.close();
});

test("what is pulled is leased, what is acknowledged is gone", PATIENCE, async () => {
  const { topic, pull, acknowledge } = await pair("pulled", { ackDeadlineSeconds: 600 });
  const ids = await publish(topic, "a", "b", "c");
  const first = await pull(2), rest = await pull();
  assert.deepEqual([first.length, rest.length], [2, 1]);
  assert.deepEqual(new Set([...first, ...rest].map(({ message }) => message.messageId)), new Set(ids));
  assert.ok(first.every(({ deliveryAttempt }) => deliveryAttempt === 0), "counted only for dead letters");
  assert.deepEqual(await pull(), []);
  await acknowledge(...first, ...rest);
  await acknowledge(...first);
  assert.deepEqual(await pull(), []);
});

test("a lease that is given back is another's at once", PATIENCE, async () => {
  const { topic, pull, acknowledge, deadline } = await pair("returned", { ackDeadlineSeconds: 600 });
  await publish(topic, "a", "b");
  const received = await pull();
  await deadline(60, received[0]);
  await deadline(0, received[1]);
  const again = await pull();
  assert.deepEqual(texts(again), texts([received[1]]));
  await acknowledge(...again, received[0]);
  assert.deepEqual(await pull(), []);
  await assert.rejects(deadline(601, ...received), refused(INVALID_ARGUMENT));
  await assert.rejects(deadline(-1, ...received), refused(INVALID_ARGUMENT));
});

test("of an ordering key, acknowledged messages come again with one before them that failed", PATIENCE, async () => {
  const { pull, acknowledge, deadline } = await pair("redelivered", { enableMessageOrdering: true, ackDeadlineSeconds: 600 });
  const publisher = pubsub.topic("redelivered", { messageOrdering: true });
  for (const data of ["1", "2", "3", "4"]) await publisher.publishMessage({ data: Buffer.from(data), orderingKey: "key" });
  const first = await pull();
  await acknowledge(first[0], first[2]);
  await deadline(0, first[1]);
  const again = await pull();
  assert.deepEqual([first, again].map((received) => received.map(({ message }) => text(message))), [["1", "2", "3", "4"], ["2", "3", "4"]]);
  await acknowledge(...again.reverse());
  assert.deepEqual(await pull(), []);
});

test("a pull waits for what is published after it", PATIENCE, async () => {
  const { topic, subscription } = await pair("awaited");
  const pulling = subscriber.pull({ subscription, maxMessages: 1 });
  await publish(topic, "late");
  const [{ receivedMessages }] = await pulling;
  assert.deepEqual(texts(receivedMessages), ["late"]);
});

test("attempts are counted where there is a place for dead letters", PATIENCE, async () => {
  const [dead] = await pubsub.createTopic("counted-dead");
  const letters = await pair("counted-letters");
  await dead.createSubscription("counted-dead-seen");
  const { topic, pull, deadline } = await pair("counted", { deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 5 } });
  await publish(topic, "poison");
  const attempts = [];
  for (let n = 0; n < 5; n++) {
    const [received] = await pull();
    attempts.push(received.deliveryAttempt);
    await deadline(0, received);
  }
  assert.deepEqual(attempts, [1, 2, 3, 4, 5]);
  assert.deepEqual(await pull(), []);
  assert.deepEqual(await letters.pull(), []);
  const [{ receivedMessages }] = await subscriber.pull({ subscription: `projects/${project}/subscriptions/counted-dead-seen`, maxMessages: 1 });
  const [{ message }] = receivedMessages;
  assert.deepEqual([text(message), message.attributes.CloudPubSubDeadLetterSourceDeliveryCount], ["poison", "5"]);
  assert.equal(message.attributes.CloudPubSubDeadLetterSourceSubscription, "counted-seen");
  assert.equal(message.attributes.CloudPubSubDeadLetterSourceSubscriptionProject, project);
});

test("what cannot be pulled is refused", PATIENCE, async () => {
  const { subscription: open } = await pair("pullable");
  await assert.rejects(subscriber.pull({ subscription: `${open}-none`, maxMessages: 1 }), refused(NOT_FOUND));
  await assert.rejects(subscriber.pull({ subscription: open, maxMessages: 0 }), refused(INVALID_ARGUMENT));
});
