// Google's Cloud Storage client for Node against the emulator: addresses that are signed, and those that should not be.

import { Storage } from "@google-cloud/storage";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { before, test } from "node:test";
import { PATIENCE, emulator, until } from "../environment.mjs";
import { account, connect, endpoint, made, put, signing, text } from "./client.mjs";

const { project } = emulator();
let bucket, signer;
before(async () => {
  bucket = await made(connect(), "signed");
  signer = signing().bucket(bucket.name);
});

const expires = () => Date.now() + 600_000;
const sign = async (name, options, of = signer) => (await of.file(name).getSignedUrl({ version: "v4", expires: expires(), ...options }))[0];
const send = async (url, options) => (await fetch(url, options)).status;

test("an address to write to does what it says and nothing else", PATIENCE, async () => {
  const headers = { "content-type": "image/jpeg", "x-goog-content-length-range": "1,10" };
  const name = "signed/ä clip.jpg", extensionHeaders = { "x-goog-content-length-range": "1,10" };
  const url = await sign(name, { action: "write", contentType: "image/jpeg", extensionHeaders });
  assert.equal(await send(url, { method: "PUT", headers: { ...headers, "content-type": "text/html" }, body: "12345" }), 403);
  assert.equal(await send(url, { method: "PUT", headers, body: "12345678901" }), 400);
  assert.equal(await send(url, { method: "PUT", headers: { "content-type": "image/jpeg" }, body: "12345" }), 400, "a signed header is missing");
  assert.equal(await send(url.replace("/signed/", "/other/"), { method: "PUT", headers, body: "12345" }), 403);
  assert.equal(await send(`${url}&generation=1`, { method: "PUT", headers, body: "12345" }), 403);
  assert.equal(await send(url, { method: "GET", headers }), 403);
  assert.equal(await send(url, { method: "DELETE", headers }), 403);
  assert.equal(await send(url, { method: "PUT", headers, body: "12345" }), 200);
  assert.equal(await text(bucket.file(name)), "12345");
});

test("an address to read from can say how the answer looks", PATIENCE, async () => {
  await put(bucket, "read.txt", "0123456789", { contentType: "text/plain" });
  const url = await sign("read.txt", { action: "read", promptSaveAs: "x y.txt", responseType: "text/csv" });
  const answer = await fetch(url);
  assert.deepEqual([answer.status, await answer.text(), answer.headers.get("content-type")], [200, "0123456789", "text/csv"]);
  assert.match(answer.headers.get("content-disposition"), /attachment; filename="x y.txt"/);
  const part = await fetch(url, { headers: { range: "bytes=2-4" } });
  assert.deepEqual([part.status, await part.text(), part.headers.get("content-range")], [206, "234", "bytes 2-4/10"]);
  const queryParams = { generation: (await bucket.file("read.txt").getMetadata())[0].generation };
  assert.equal(await send(await sign("read.txt", { action: "read", queryParams })), 200);
  assert.equal(await send(await sign("read.txt", { action: "read", queryParams: { generation: "1" } })), 404);
});

test("an upload in one session begins at a signed address", PATIENCE, async () => {
  const bytes = Buffer.alloc(300_000, "r"), name = "resumable.bin";
  const start = await fetch(await sign(name, { action: "resumable", contentType: "image/jpeg" }), {
    method: "POST", headers: { "content-type": "image/jpeg", "x-goog-resumable": "start" },
  });
  assert.equal(start.status, 201);
  const session = start.headers.get("location");
  const chunk = (from, to, total) => fetch(session, {
    method: "PUT", headers: { "content-range": `bytes ${from}-${to - 1}/${total}` }, body: bytes.subarray(from, to),
  });
  assert.equal((await chunk(0, 262_144, "*")).status, 308);
  const asked = await fetch(session, { method: "PUT", headers: { "content-range": "bytes */*" } });
  assert.deepEqual([asked.status, asked.headers.get("range")], [308, "bytes=0-262143"]);
  assert.equal((await chunk(262_144, 300_000, 300_000)).status, 200);
  const [downloaded] = await bucket.file(name).download();
  assert.ok(downloaded.equals(bytes));
  assert.equal((await bucket.file(name).getMetadata())[0].contentType, "image/jpeg");
  assert.equal(await send(await sign(name, { action: "delete" }), { method: "DELETE" }), 204);
});

test("an address is good for its time only", PATIENCE, async () => {
  await put(bucket, "timed.txt");
  const hour = 3_600_000, now = Date.now();
  const at = (accessibleAt, until) => sign("timed.txt", { action: "read", accessibleAt: new Date(accessibleAt), expires: until });
  assert.equal(await send(await at(now - 60_000, now + 60_000)), 200);
  // the client signs nothing that is over already, so this one is over in a moment
  const short = await at(now - hour, Date.now() + 500);
  const over = await until(async () => { const answer = await fetch(short); return !answer.ok && answer; });
  assert.deepEqual([over.status, (await over.text()).match(/<Code>(\w+)</)[1]], [400, "ExpiredToken"]);
  assert.notEqual(await send(await at(now + hour, now + 2 * hour)), 200, "not yet");
});

test("an address signed with a key that is not the account's is refused", PATIENCE, async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const credentials = { client_email: account, private_key: privateKey.export({ type: "pkcs8", format: "pem" }) };
  const forger = new Storage({ projectId: project, credentials }).bucket(bucket.name);
  const answer = await fetch(await sign("forged.txt", { action: "write" }, forger), { method: "PUT", body: "mine" });
  assert.equal(answer.status, 403);
  const told = await answer.text();
  assert.match(told, /<Code>SignatureDoesNotMatch<\/Code>/);
  assert.match(told, /<StringToSign>GOOG4-RSA-SHA256\n/);
});

test("a bucket is listed at a signed address", PATIENCE, async () => {
  await put(bucket, "xml/a.txt");
  const [url] = await signer.getSignedUrl({ version: "v4", action: "list", expires: expires(), queryParams: { prefix: "xml/" } });
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /<Key>xml\/a\.txt<\/Key>/);
});

test("a form is posted under a signed policy", PATIENCE, async () => {
  const file = signer.file("posted.txt");
  const policy = { expires: expires(), fields: { "content-type": "text/plain", "x-goog-meta-of": "ann" }, conditions: [["content-length-range", 1, 10]] };
  const [{ url, fields }] = await file.generateSignedPostPolicyV4(policy);
  const post = (changed, data) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
    form.append("file", new Blob([data]), "of this machine.txt");
    return fetch(url.replace(/^https:\/\/[^/]+/, endpoint), { method: "POST", body: form });
  };
  assert.equal((await post({}, "far more than ten")).status, 400);
  assert.equal((await post({ key: "elsewhere.txt" }, "small")).status, 400);
  assert.equal((await post({ "x-goog-signature": "00".repeat(256) }, "small")).status, 403);
  assert.equal((await post({}, "small")).status, 204);
  const [{ contentType, metadata }] = await bucket.file("posted.txt").getMetadata();
  assert.deepEqual([await text(bucket.file("posted.txt")), contentType, metadata], ["small", "text/plain", { of: "ann" }]);
});
