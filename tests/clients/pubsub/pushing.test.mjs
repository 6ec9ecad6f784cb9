// Google's Pub/Sub client for Node against the emulator: push, and its tokens as Google's own library sees them.

import { OAuth2Client } from "google-auth-library";
import { createRemoteJWKSet, jwtVerify } from "jose";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, control, emulator, until } from "../environment.mjs";
import { receiver } from "../receiver.mjs";
import { connect, publish } from "./client.mjs";

const { address, project } = emulator();
const host = `${project}.push.internal`, audience = `https://${host}`, serviceAccountEmail = `pusher@${project}.iam.gserviceaccount.com`;
const oidcToken = { serviceAccountEmail, audience };
let pubsub;
before(() => { pubsub = connect(); });
after(() => pubsub.close());

/** The first `count` requests that a new push subscription makes; `answer` tells each one's status. */
async function pushed(name, count, pushConfig, send, answer = () => 204) {
  const requests = [];
  let enough;
  const done = new Promise((resolve) => { enough = resolve; });
  const server = await receiver((request) => {
    if (requests.push(request) === count) enough();
    return answer(requests.length);
  });
  await control("PUT", "hosts", { suffix: `${name}.${host}`, address: server.address });
  const [topic] = await pubsub.createTopic(name);
  const endpoint = { pushEndpoint: `https://${name}.${host}/events/thing?x=1`, ...pushConfig };
  const [subscription] = await topic.createSubscription(`${name}-seen`, { pushConfig: endpoint });
  const sent = await send(topic);
  await done;
  await subscription.delete();
  server.close();
  return { requests, sent, subscription };
}

test("a push tells the message, again until it is taken", PATIENCE, async () => {
  const message = { data: Buffer.from("héllo"), attributes: { kind: "greeting" } };
  const { requests, sent, subscription } = await pushed("pushed", 3, { oidcToken }, (topic) => topic.publishMessage(message), (n) => (n < 3 ? 500 : 204));
  assert.equal(requests.length, 3);
  const [{ method, path, headers, body }] = requests;
  assert.deepEqual([method, path, headers.host], ["POST", "/events/thing?x=1", `pushed.${host}`]);
  const told = JSON.parse(body);
  assert.equal(told.subscription, subscription.name);
  assert.deepEqual([told.message.messageId, told.message.message_id], [sent, sent]);
  assert.ok(Date.parse(told.message.publishTime) > 0);
  assert.deepEqual(told.message.attributes, { kind: "greeting" });
  assert.equal(Buffer.from(told.message.data, "base64").toString(), "héllo");
});

test("a push without wrapping is the data itself", PATIENCE, async () => {
  const message = { data: Buffer.from([1, 2, 255]), attributes: { kind: "bare" } };
  const send = (topic) => topic.publishMessage(message);
  const { requests, sent } = await pushed("unwrapped", 1, { noWrapper: { writeMetadata: true } }, send);
  const [{ headers, body }] = requests;
  assert.equal(body, Buffer.from([1, 2, 255]).toString());
  assert.deepEqual([headers.kind, headers["x-goog-pubsub-message-id"]], ["bare", sent]);
});

test("the documented statuses take a message, others do not", PATIENCE, async () => {
  const statuses = [302, 404, 429, 503, 201];
  const { requests } = await pushed("statuses", 5, {}, (topic) => publish(topic, "x"), (n) => statuses[n - 1]);
  assert.equal(new Set(requests.map(({ body }) => JSON.parse(body).message.messageId)).size, 1);
  assert.ok(requests.every(({ headers }) => headers.authorization === undefined), "no token unless asked for");
});

test("the token of a push is Google's kind to Google's library", PATIENCE, async () => {
  const { requests } = await pushed("signed", 1, { oidcToken }, (topic) => publish(topic, "x"));
  const [scheme, idToken] = requests[0].headers.authorization.split(" ");
  assert.equal(scheme, "Bearer");
  const certificates = `http://${address}/oauth2/v1/certs`;
  const verifier = new OAuth2Client({ endpoints: { oauth2FederatedSignonPemCertsUrl: certificates } });
  const claims = (await verifier.verifyIdToken({ idToken, audience })).getPayload();
  assert.deepEqual([claims.email, claims.email_verified, claims.iss], [serviceAccountEmail, true, "https://accounts.google.com"]);
  assert.equal(claims.exp - claims.iat, 3600);
  await assert.rejects(verifier.verifyIdToken({ idToken, audience: "https://elsewhere.internal" }), /audience/);
  await assert.rejects(verifier.verifyIdToken({ idToken: forged(idToken), audience }), /signature/);

  const keys = createRemoteJWKSet(new URL(`http://${address}/oauth2/v3/certs`));
  const { payload } = await jwtVerify(idToken, keys, { issuer: "https://accounts.google.com", audience });
  assert.deepEqual(payload, claims);
  await assert.rejects(jwtVerify(idToken, keys, { audience: "https://elsewhere.internal" }), /aud/);
  await assert.rejects(jwtVerify(forged(idToken), keys), /signature/);
});

/** The token with somebody else's address, under the same signature. */
function forged(token) {
  const [header, claims, signature] = token.split(".");
  const other = { ...JSON.parse(Buffer.from(claims, "base64url")), email: "other@example.com" };
  return [header, Buffer.from(JSON.stringify(other)).toString("base64url"), signature].join(".");
}

test("a push subscription becomes a pull subscription, and the other way", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("turned");
  const [subscription] = await topic.createSubscription("turned-seen", { pushEndpoint: `https://nobody.${host}/` });
  await subscription.modifyPushConfig({});
  assert.equal((await subscription.getMetadata())[0].pushConfig.pushEndpoint, "");
  await publish(topic, "x");
  const message = await new Promise((resolve) => { subscription.on("message", resolve); });
  message.nack();
  await subscription.close();
  const server = await receiver(() => 204);
  await control("PUT", "hosts", { suffix: `turned.${host}`, address: server.address });
  await subscription.modifyPushConfig({ pushEndpoint: `https://turned.${host}/again` });
  await until(async () => (await control("GET", `settled?project=${project}`)).pending.every((waiting) => !JSON.stringify(waiting).includes("turned-seen")));
  server.close();
});
