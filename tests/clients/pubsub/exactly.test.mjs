// Google's Pub/Sub client for Node against the emulator: exactly-once delivery.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { connect, numbers } from "./client.mjs";

let pubsub, numbered;
before(() => {
  pubsub = connect();
  numbered = numbers(pubsub);
});
after(() => pubsub.close());

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
