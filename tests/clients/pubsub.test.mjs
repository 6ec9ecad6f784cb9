// Google's Pub/Sub client for Node against the emulator.

import { PubSub } from "@google-cloud/pubsub";
import { createRemoteJWKSet, jwtVerify } from "jose";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, control, emulator, until } from "./environment.mjs";
import { receiver } from "./receiver.mjs";

const { address, project } = emulator();
const NOT_FOUND = 5, ALREADY_EXISTS = 6;
const code = (expected) => (error) => { assert.equal(error.code, expected, String(error)); return true; };
let pubsub;

before(() => {
  process.env.PUBSUB_EMULATOR_HOST = address;
  pubsub = new PubSub({ projectId: project });
});
after(() => pubsub.close());

/** The first `count` messages that `take` says yes to; the others it has dealt with itself. */
function messages(subscription, count, take = (message) => { message.ack(); return true; }) {
  const taken = [];
  return new Promise((resolve, reject) => {
    subscription.on("error", reject);
    subscription.on("message", (message) => {
      if (take(message) && taken.push(message) === count) resolve(taken);
    });
  });
}
const text = (message) => message.data.toString();

test("topics and subscriptions are made, found, changed and deleted", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic({ name: "things", labels: { made: "here" } });
  await assert.rejects(pubsub.createTopic("things"), code(ALREADY_EXISTS));
  const [subscription] = await topic.createSubscription("things-seen", { ackDeadlineSeconds: 20 });
  await subscription.setMetadata({ ackDeadlineSeconds: 30 });
  assert.equal((await subscription.getMetadata())[0].ackDeadlineSeconds, 30);
  assert.deepEqual((await topic.getMetadata())[0].labels, { made: "here" });
  assert.deepEqual((await topic.getSubscriptions())[0].map(({ name }) => name), [subscription.name]);
  await subscription.delete();
  await topic.delete();
  assert.deepEqual(await topic.exists(), [false]);
  await assert.rejects(topic.publishMessage({ data: Buffer.from("x") }), code(NOT_FOUND));
});

test("messages arrive whole, those of one ordering key in order", PATIENCE, async () => {
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

test("a filter keeps out what is not wanted", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("filtered");
  const [subscription] = await topic.createSubscription("filtered-seen", { filter: 'attributes.kind = "wanted"' });
  for (const kind of ["other", "wanted", "other", "wanted"]) await topic.publishMessage({ data: Buffer.from(kind), attributes: { kind } });
  assert.deepEqual((await messages(subscription, 2)).map(text), ["wanted", "wanted"]);
  await subscription.close();
  // the others do not wait anywhere
  await until(async () => (await control("GET", `settled?project=${project}`)).settled);
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

test("a push comes with a token of Google's kind, and again until it is taken", PATIENCE, async () => {
  const host = `${project}.push.internal`;
  const audience = `https://${host}`, serviceAccountEmail = `pusher@${project}.iam.gserviceaccount.com`;
  const requests = [];
  let taken;
  const done = new Promise((resolve) => { taken = resolve; });
  const server = await receiver((request) => {
    requests.push(request);
    if (requests.length < 3) return 500;
    taken();
    return 204;
  });
  await control("PUT", "hosts", { suffix: host, address: server.address });

  const [topic] = await pubsub.createTopic("pushed");
  const [subscription] = await topic.createSubscription("pushed-seen", {
    pushConfig: { pushEndpoint: `${audience}/events/thing?x=1`, oidcToken: { serviceAccountEmail, audience } },
  });
  const id = await topic.publishMessage({ data: Buffer.from("héllo"), attributes: { kind: "greeting" } });
  await done;
  server.close();

  assert.equal(requests.length, 3);
  const [{ method, path, headers, body }] = requests;
  assert.deepEqual([method, path, headers.host], ["POST", "/events/thing?x=1", host]);
  const { message, subscription: name } = JSON.parse(body);
  assert.equal(name, subscription.name);
  assert.equal(message.messageId, id);
  assert.deepEqual(message.attributes, { kind: "greeting" });
  assert.equal(Buffer.from(message.data, "base64").toString(), "héllo");

  const keys = createRemoteJWKSet(new URL(`http://${address}/oauth2/v3/certs`));
  const [scheme, token] = headers.authorization.split(" ");
  assert.equal(scheme, "Bearer");
  const { payload } = await jwtVerify(token, keys, { issuer: "https://accounts.google.com", audience });
  assert.deepEqual([payload.email, payload.email_verified], [serviceAccountEmail, true]);
  await assert.rejects(jwtVerify(token, keys, { audience: "https://elsewhere.internal" }), /aud/);
  await assert.rejects(jwtVerify(`${token.slice(0, -8)}AAAAAAAA`, keys), /signature/);
});
