// Google's Pub/Sub client for Node against the emulator: exactly-once delivery.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { connect, publish } from "./client.mjs";

let pubsub;
before(() => { pubsub = connect(); });
after(() => pubsub.close());

/** Publishes numbers as texts to a new topic with a subscription. */
async function numbered(name, count, options) {
  const [topic] = await pubsub.createTopic(name);
  await topic.createSubscription(`${name}-seen`, options);
  await publish(topic, ...Array.from({ length: count }, (_, n) => String(n)));
  return (settings) => pubsub.subscription(`${name}-seen`, settings);
}

test("with exactly-once delivery every acknowledgement is answered", PATIENCE, async () => {
  const open = await numbered("exactly", 5, { enableExactlyOnceDelivery: true, ackDeadlineSeconds: 60 });
  const subscription = open(), answers = [];
  await new Promise((resolve, reject) => {
    subscription.on("error", reject);
    subscription.on("message", (message) => {
      message.ackWithResponse().then((answer) => { if (answers.push(answer) === 5) resolve(); }, reject);
    });
  });
  assert.deepEqual(answers, Array(5).fill("SUCCESS"));
  await subscription.close();
});
