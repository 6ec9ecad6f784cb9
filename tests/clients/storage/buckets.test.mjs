// Google's Cloud Storage client for Node against the emulator: buckets and what they are told.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PATIENCE, control, emulator, until } from "../environment.mjs";
import { connect, endpoint, made, names, put, refused } from "./client.mjs";

const { project } = emulator();
let storage;
before(() => { storage = connect(); });

test("buckets are made, found, described, listed and deleted", PATIENCE, async () => {
  const bucket = await made(storage, "things", { storageClass: "STANDARD" });
  const [{ name, location, storageClass, timeCreated, metageneration, projectNumber }] = await bucket.getMetadata();
  assert.deepEqual([name, location, storageClass, Number(metageneration)], [bucket.name, "EU", "STANDARD", 1]);
  assert.ok(Date.parse(timeCreated) > 0 && Number(projectNumber) > 0);
  await assert.rejects(storage.createBucket(bucket.name), refused(409));
  assert.deepEqual([await bucket.exists(), await storage.bucket(`${project}-none`).exists()], [[true], [false]]);
  await bucket.setLabels({ of: "ann", kept: "yes" });
  await bucket.deleteLabels("of");
  assert.deepEqual((await bucket.getLabels())[0], { kept: "yes" });
  assert.ok(names((await storage.getBuckets())[0]).includes(bucket.name));
  assert.deepEqual(names((await storage.getBuckets({ prefix: `${project}-thi` }))[0]), [bucket.name]);
  await put(bucket, "inside.txt");
  await assert.rejects(bucket.delete(), refused(409));
  await bucket.file("inside.txt").delete();
  await bucket.delete();
  assert.deepEqual(await bucket.exists(), [false]);
  await assert.rejects(storage.bucket("UPPER").create(), refused(400));
});

test("a bucket keeps its settings", PATIENCE, async () => {
  const bucket = await made(storage, "settings");
  const cors = [{ origin: ["https://kith.example"], method: ["GET", "PUT"], responseHeader: ["Content-Type"], maxAgeSeconds: 60 }];
  await bucket.setCorsConfiguration(cors);
  await bucket.addLifecycleRule({ action: { type: "Delete" }, condition: { age: 30, matchesPrefix: ["tmp/"] } });
  await bucket.addLifecycleRule({ action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1 } });
  const [metadata] = await bucket.getMetadata();
  assert.deepEqual(metadata.cors, cors);
  assert.deepEqual(metadata.lifecycle.rule.map(({ action, condition }) => [action.type, condition.age]), [["Delete", 30], ["AbortIncompleteMultipartUpload", 1]]);
  await bucket.setMetadata({ lifecycle: null });
  assert.equal((await bucket.getMetadata())[0].lifecycle, undefined);
  await assert.rejects(bucket.setMetadata({ labels: { a: "b" } }, { ifMetagenerationMatch: 1 }), refused(412));
});

test("pages of other origins ask first", PATIENCE, async () => {
  const bucket = await made(storage, "asked");
  await bucket.setCorsConfiguration([{ origin: ["https://kith.example"], method: ["PUT"], responseHeader: ["Content-Type"], maxAgeSeconds: 60 }]);
  const ask = (origin, method) => fetch(`${endpoint}/${bucket.name}/x.txt`, {
    method: "OPTIONS", headers: { origin, "access-control-request-method": method, "access-control-request-headers": "content-type" },
  });
  const { headers } = await ask("https://kith.example", "PUT");
  assert.equal(headers.get("access-control-allow-origin"), "https://kith.example");
  assert.match(headers.get("access-control-allow-methods"), /PUT/);
  assert.match(headers.get("access-control-allow-headers"), /content-type/i);
  assert.equal(headers.get("access-control-max-age"), "60");
  for (const [origin, method] of [["https://other.example", "PUT"], ["https://kith.example", "DELETE"]]) {
    assert.equal((await ask(origin, method)).headers.get("access-control-allow-origin"), null, `${origin} ${method}`);
  }
});

test("what everybody may read is read by nobody in particular, from pages of other origins too", PATIENCE, async () => {
  const open = await made(storage, "open");
  await put(open, "seen.txt", "seen");
  const read = (origin) => fetch(`${endpoint}/${open.name}/seen.txt`, { headers: origin && { origin } });
  assert.equal((await read()).status, 403);
  const [policy] = await open.iam.getPolicy({ requestedPolicyVersion: 3 });
  policy.bindings.push({ role: "roles/storage.objectViewer", members: ["allUsers"] });
  await open.iam.setPolicy(policy);
  await open.setCorsConfiguration([{ origin: ["https://kith.example"], method: ["GET"], responseHeader: ["Content-Type"], maxAgeSeconds: 60 }]);
  const answer = await read("https://kith.example");
  assert.deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [200, "https://kith.example"]);
  assert.equal((await read("https://other.example")).headers.get("access-control-allow-origin"), null);
  const [allowed] = await open.iam.testPermissions(["storage.objects.get"]);
  assert.deepEqual(allowed, { "storage.objects.get": true });
});

test("what happens to objects is told to Pub/Sub", PATIENCE, async () => {
  const bucket = await made(storage, "telling"), topic = `projects/${project}/topics/uploads`;
  await fetch(`${endpoint}/v1/${topic}`, { method: "PUT" });
  const [notification] = await bucket.createNotification(topic, { customAttributes: { of: "ann" }, objectNamePrefix: "told/" });
  assert.deepEqual((await bucket.getNotifications())[0].map(({ id }) => id), [notification.id]);
  await put(bucket, "untold.txt");
  const file = await put(bucket, "told/one.txt", "12345");
  const [{ generation: first }] = await file.getMetadata();
  await file.setMetadata({ metadata: { a: "b" } });
  await put(bucket, "told/one.txt", "123456");
  const [{ generation: second }] = await file.getMetadata();
  await file.delete();
  const told = await until(async () => {
    const { messages } = await control("GET", `pubsub/messages?topic=${topic}`);
    return messages.length >= 5 && messages;
  });
  const facts = told.map(({ attributes: { eventType, objectGeneration } }) => `${eventType} ${objectGeneration}`);
  const expected = ["OBJECT_FINALIZE 1", "OBJECT_METADATA_UPDATE 1", "OBJECT_FINALIZE 2", "OBJECT_DELETE 1", "OBJECT_DELETE 2"];
  assert.deepEqual(facts.sort(), expected.map((fact) => fact.replace(/ 1$/, ` ${first}`).replace(/ 2$/, ` ${second}`)).sort());
  const of = (kind, generation) => told.find(({ attributes }) => attributes.eventType === kind && attributes.objectGeneration === generation);
  const { attributes, data } = of("OBJECT_FINALIZE", second);
  assert.deepEqual([attributes.bucketId, attributes.objectId, attributes.of], [bucket.name, "told/one.txt", "ann"]);
  assert.deepEqual([attributes.payloadFormat, attributes.overwroteGeneration], ["JSON_API_V1", first]);
  assert.equal(attributes.notificationConfig, `projects/_/buckets/${bucket.name}/notificationConfigs/${notification.id}`);
  assert.equal(JSON.parse(Buffer.from(data, "base64")).size, "6");
  assert.equal(of("OBJECT_DELETE", first).attributes.overwrittenByGeneration, second);
  await notification.delete();
  assert.deepEqual((await bucket.getNotifications())[0], []);
});
