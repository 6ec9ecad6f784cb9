// Google's Cloud Storage client for Node against the emulator.

import { Storage } from "@google-cloud/storage";
import { Impersonated, OAuth2Client } from "google-auth-library";
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { before, test } from "node:test";
import { PATIENCE, control, emulator, until } from "../environment.mjs";

const { address, project } = emulator();
const endpoint = `http://${address}`;
const account = `signer@${project}.iam.gserviceaccount.com`;
const code = (expected) => (error) => { assert.equal(error.code, expected, String(error)); return true; };
let storage, bucket;

before(async () => {
  process.env.STORAGE_EMULATOR_HOST = endpoint;
  storage = new Storage({ projectId: project });
  [bucket] = await storage.createBucket(`${project}-things`, { location: "EU" });
});

test("a small object is uploaded, described, read by ranges, changed and deleted", PATIENCE, async () => {
  const file = bucket.file("a folder/héllo.txt");
  await file.save("hello there", { resumable: false, contentType: "text/plain", metadata: { metadata: { of: "ann" } } });
  assert.equal((await file.download())[0].toString(), "hello there", "checked against its checksums by the client");
  assert.equal((await file.download({ start: 6, end: 8 }))[0].toString(), "the");
  const [described] = await file.getMetadata();
  const { name, size, contentType, metadata } = described;
  assert.deepEqual({ name, size, contentType, metadata }, { name: file.name, size: "11", contentType: "text/plain", metadata: { of: "ann" } });
  const [changed] = await file.setMetadata({ cacheControl: "no-store", metadata: { of: null, by: "bob" } });
  assert.deepEqual([changed.cacheControl, changed.metadata], ["no-store", { by: "bob" }]);
  await file.delete();
  assert.deepEqual(await file.exists(), [false]);
  await assert.rejects(file.download(), code(404));
});

test("large objects are uploaded in one session, whole or in chunks", PATIENCE, async () => {
  const bytes = randomBytes(1_500_000);
  await bucket.file("whole.bin").save(bytes, { resumable: true });
  await bucket.file("chunks.bin").save(bytes, { resumable: true, chunkSize: 256 * 1024 });
  for (const name of ["whole.bin", "chunks.bin"]) assert.ok((await bucket.file(name).download())[0].equals(bytes), name);
  const streamed = [];
  for await (const chunk of bucket.file("chunks.bin").createReadStream({ start: 1_400_000 })) streamed.push(chunk);
  assert.ok(Buffer.concat(streamed).equals(bytes.subarray(1_400_000)));
});

test("an interrupted upload is taken up where it stopped", PATIENCE, async () => {
  const bytes = randomBytes(600_000), file = bucket.file("resumed.bin");
  const [uri] = await file.createResumableUpload();
  const first = await fetch(uri, {
    method: "PUT", headers: { "content-range": "bytes 0-262143/600000" }, body: bytes.subarray(0, 262_144),
  });
  assert.deepEqual([first.status, first.headers.get("range")], [308, "bytes=0-262143"]);
  assert.deepEqual(await file.exists(), [false]);
  await file.save(bytes.subarray(262_144), { resumable: true, uri, offset: 262_144, validation: false });
  assert.ok((await file.download())[0].equals(bytes));
});

test("a precondition that does not hold is refused", PATIENCE, async () => {
  const file = bucket.file("once.txt");
  await file.save("first", { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
  await assert.rejects(file.save("second", { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } }), code(412));
  const [{ generation }] = await file.getMetadata();
  await file.save("second", { resumable: false, preconditionOpts: { ifGenerationMatch: generation } });
  assert.equal((await file.download())[0].toString(), "second");
});

test("objects are listed by prefix, folder and page, copied and moved", PATIENCE, async () => {
  for (const name of ["list/a.txt", "list/b.txt", "list/deep/c.txt"]) await bucket.file(name).save(name, { resumable: false });
  const names = (files) => files.map((file) => file.name);
  assert.deepEqual(names((await bucket.getFiles({ prefix: "list/" }))[0]), ["list/a.txt", "list/b.txt", "list/deep/c.txt"]);
  const [files, , { prefixes }] = await bucket.getFiles({ prefix: "list/", delimiter: "/", autoPaginate: false });
  assert.deepEqual([names(files), prefixes], [["list/a.txt", "list/b.txt"], ["list/deep/"]]);
  const [page, next] = await bucket.getFiles({ prefix: "list/", maxResults: 2, autoPaginate: false });
  const [rest] = await bucket.getFiles(next);
  assert.deepEqual([page.length, names(rest)], [2, ["list/deep/c.txt"]]);
  await bucket.file("list/a.txt").copy(bucket.file("copied.txt"));
  await bucket.file("copied.txt").move("moved.txt");
  assert.deepEqual(await bucket.file("copied.txt").exists(), [false]);
  assert.equal((await bucket.file("moved.txt").download())[0].toString(), "list/a.txt");
});

test("an address signed through signBlob does what it says and nothing else", PATIENCE, async () => {
  const source = new OAuth2Client();
  source.setCredentials({ access_token: "anything", expiry_date: Date.now() + 3_600_000 });
  const authClient = new Impersonated({ sourceClient: source, targetPrincipal: account, targetScopes: [], endpoint });
  const file = new Storage({ projectId: project, authClient }).bucket(bucket.name).file("signed/ä clip.jpg");
  const sign = async (options) => (await file.getSignedUrl({ version: "v4", expires: Date.now() + 600_000, ...options }))[0];

  const headers = { "content-type": "image/jpeg", "x-goog-content-length-range": "1,10" };
  const put = await sign({
    action: "write", contentType: "image/jpeg", extensionHeaders: { "x-goog-content-length-range": "1,10" },
  });
  const send = async (url, options) => (await fetch(url, options)).status;
  assert.equal(await send(put, { method: "PUT", headers: { ...headers, "content-type": "text/html" }, body: "12345" }), 403);
  assert.equal(await send(put, { method: "PUT", headers, body: "12345678901" }), 400);
  assert.equal(await send(put.replace("signed/", "other/"), { method: "PUT", headers, body: "12345" }), 403);
  assert.equal(await send(put, { method: "PUT", headers, body: "12345" }), 200);

  const read = await fetch(await sign({ action: "read", responseDisposition: 'attachment; filename="x y.jpg"' }));
  assert.deepEqual([read.status, await read.text()], [200, "12345"]);
  assert.equal(read.headers.get("content-disposition"), 'attachment; filename="x y.jpg"');
  assert.equal(await send(put, { method: "GET", headers }), 403);

  const start = await fetch(await sign({ action: "resumable", contentType: "image/jpeg" }), {
    method: "POST", headers: { "content-type": "image/jpeg", "x-goog-resumable": "start" },
  });
  assert.equal(start.status, 201);
  assert.equal(await send(start.headers.get("location"), { method: "PUT", body: "resumed" }), 200);
  assert.equal((await bucket.file(file.name).download())[0].toString(), "resumed");
  assert.equal(await send(await sign({ action: "delete" }), { method: "DELETE" }), 204);
});

test("an address signed with a key that is not the account's is refused", PATIENCE, async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const credentials = { client_email: account, private_key: privateKey.export({ type: "pkcs8", format: "pem" }) };
  const file = new Storage({ projectId: project, credentials }).bucket(bucket.name).file("forged.txt");
  const [url] = await file.getSignedUrl({ version: "v4", action: "write", expires: Date.now() + 600_000 });
  const answer = await fetch(url, { method: "PUT", body: "mine" });
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /SignatureDoesNotMatch/);
});

test("what everybody may read is read by nobody in particular, from pages of other origins too", PATIENCE, async () => {
  const [open] = await storage.createBucket(`${project}-open`);
  await open.file("seen.txt").save("seen", { resumable: false });
  const read = (origin) => fetch(`${endpoint}/${open.name}/seen.txt`, { headers: origin && { origin } });
  assert.equal((await read()).status, 403);
  const [policy] = await open.iam.getPolicy({ requestedPolicyVersion: 3 });
  policy.bindings.push({ role: "roles/storage.objectViewer", members: ["allUsers"] });
  await open.iam.setPolicy(policy);
  await open.setCorsConfiguration([{ origin: ["https://kith.example"], method: ["GET"], responseHeader: ["Content-Type"], maxAgeSeconds: 60 }]);
  const answer = await read("https://kith.example");
  assert.deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [200, "https://kith.example"]);
  assert.equal((await read("https://other.example")).headers.get("access-control-allow-origin"), null);
});

test("a finished upload is told to Pub/Sub", PATIENCE, async () => {
  const topic = `projects/${project}/topics/uploads`;
  await fetch(`${endpoint}/v1/${topic}`, { method: "PUT" });
  const [notification] = await bucket.createNotification(topic, { eventTypes: ["OBJECT_FINALIZE"], payloadFormat: "JSON_API_V1" });
  assert.deepEqual((await bucket.getNotifications())[0].map(({ id }) => id), [notification.id]);
  const file = bucket.file("told.txt");
  await file.save("12345", { resumable: false });
  const [told] = await until(async () => {
    const { messages } = await control("GET", `pubsub/messages?topic=${topic}`);
    return messages.length && messages;
  });
  const { eventType, bucketId, objectId, objectGeneration } = told.attributes;
  const [{ generation }] = await file.getMetadata();
  assert.deepEqual([eventType, bucketId, objectId], ["OBJECT_FINALIZE", bucket.name, "told.txt"]);
  assert.equal(String(objectGeneration), String(generation));
  assert.equal(JSON.parse(Buffer.from(told.data, "base64")).size, "5");
});
