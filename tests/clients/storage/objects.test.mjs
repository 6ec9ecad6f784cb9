// Google's Cloud Storage client for Node against the emulator: objects come, are read, described, changed and go.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { connect, made, names, put, refused, text } from "./client.mjs";

let bucket;
before(async () => { bucket = await made(connect(), "objects"); });

test("a small object is uploaded, described, read by ranges, changed and deleted", PATIENCE, async () => {
  const settings = { contentType: "text/plain", metadata: { cacheControl: "max-age=60", metadata: { of: "ann", kept: "yes" } } };
  const file = await put(bucket, "a folder/héllo ?#&.txt", "hello there", settings);
  assert.equal(await text(file), "hello there", "checked against its checksums by the client");
  const [described] = await file.getMetadata();
  const { name, size, contentType, cacheControl, metadata, metageneration, storageClass, kind } = described;
  assert.deepEqual({ name, size, contentType, cacheControl, metadata }, {
    name: file.name, size: "11", contentType: "text/plain", cacheControl: "max-age=60", metadata: { of: "ann", kept: "yes" },
  });
  assert.deepEqual([Number(metageneration), storageClass, kind], [1, "STANDARD", "storage#object"]);
  assert.equal(described.md5Hash, createHash("md5").update("hello there").digest("base64"));
  assert.ok(described.crc32c && described.etag && described.timeCreated && described.id.startsWith(`${bucket.name}/${name}/`));
  const [changed] = await file.setMetadata({ cacheControl: "no-store", contentLanguage: "en", metadata: { of: null, by: "bob" } });
  assert.deepEqual([changed.cacheControl, changed.metadata, Number(changed.metageneration)], ["no-store", { kept: "yes", by: "bob" }, 2]);
  await file.setMetadata({ metadata: null });
  assert.equal((await file.getMetadata())[0].metadata, undefined);
  await file.delete();
  assert.deepEqual(await file.exists(), [false]);
  await assert.rejects(file.download(), refused(404));
  await assert.rejects(file.delete(), refused(404));
  await file.delete({ ignoreNotFound: true });
});

test("parts of an object are read", PATIENCE, async () => {
  const file = await put(bucket, "digits.txt", "0123456789");
  assert.equal(await text(file, { start: 2, end: 4 }), "234");
  assert.equal(await text(file, { start: 7 }), "789");
  assert.equal(await text(file, { end: -3 }), "789");
  assert.equal(await text(file, { start: 8, end: 99 }), "89");
  await assert.rejects(file.download({ start: 10 }), refused(416));
  assert.equal(await text(await put(bucket, "empty.txt", "")), "");
});

test("large objects are uploaded in one session, whole or in chunks", PATIENCE, async () => {
  const bytes = randomBytes(1_500_000);
  await bucket.file("whole.bin").save(bytes, { resumable: true, validation: "md5" });
  await bucket.file("chunks.bin").save(bytes, { resumable: true, chunkSize: 256 * 1024, validation: "crc32c" });
  for (const name of ["whole.bin", "chunks.bin"]) assert.ok((await bucket.file(name).download())[0].equals(bytes), name);
  const streamed = [];
  for await (const chunk of bucket.file("chunks.bin").createReadStream({ start: 1_400_000 })) streamed.push(chunk);
  assert.ok(Buffer.concat(streamed).equals(bytes.subarray(1_400_000)));
});

test("a stream is uploaded without its length being known", PATIENCE, async () => {
  const pieces = Array.from({ length: 20 }, () => randomBytes(50_000)), bytes = Buffer.concat(pieces);
  for (const options of [{ resumable: false }, { resumable: true }, { resumable: true, chunkSize: 512 * 1024 }]) {
    const file = bucket.file(`streamed-${JSON.stringify(options)}`);
    await pipeline(Readable.from(pieces), file.createWriteStream(options));
    assert.ok((await file.download())[0].equals(bytes), file.name);
  }
});

test("an interrupted upload is taken up where it stopped", PATIENCE, async () => {
  const bytes = randomBytes(600_000), file = bucket.file("resumed.bin");
  const [uri] = await file.createResumableUpload({ metadata: { contentType: "image/png" } });
  const first = await fetch(uri, {
    method: "PUT", headers: { "content-range": "bytes 0-262143/600000" }, body: bytes.subarray(0, 262_144),
  });
  assert.deepEqual([first.status, first.headers.get("range")], [308, "bytes=0-262143"]);
  const status = await fetch(uri, { method: "PUT", headers: { "content-range": "bytes */600000" } });
  assert.deepEqual([status.status, status.headers.get("range")], [308, "bytes=0-262143"]);
  assert.deepEqual(await file.exists(), [false]);
  await file.save(bytes.subarray(262_144), { resumable: true, uri, offset: 262_144, validation: false });
  assert.ok((await file.download())[0].equals(bytes));
  assert.equal((await file.getMetadata())[0].contentType, "image/png");
});

test("a file of this machine goes up and comes down", PATIENCE, async () => {
  const folder = await mkdtemp(join(tmpdir(), "objects-")), path = join(folder, "page.html"), back = join(folder, "back.html");
  await writeFile(path, "<p>hello</p>");
  const [file] = await bucket.upload(path, { destination: "uploaded/page.html", validation: "crc32c" });
  assert.equal((await file.getMetadata())[0].contentType, "text/html");
  await file.download({ destination: back });
  assert.equal(await readFile(back, "utf8"), "<p>hello</p>");
});

test("bytes that are not what the checksum says are refused", PATIENCE, async () => {
  const wrong = createHash("md5").update("other").digest("base64");
  await assert.rejects(put(bucket, "broken.txt", "bytes", { metadata: { md5Hash: wrong } }), refused(400));
  await assert.rejects(put(bucket, "broken.txt", "bytes", { metadata: { crc32c: "AAAAAA==" } }), refused(400));
  assert.deepEqual(await bucket.file("broken.txt").exists(), [false]);
});

test("compressed objects are stored as such", PATIENCE, async () => {
  const file = await put(bucket, "compressed.txt", "hello ".repeat(1000), { gzip: true, contentType: "text/plain" });
  const [{ contentEncoding, size }] = await file.getMetadata();
  assert.ok(contentEncoding === "gzip" && Number(size) < 1000);
  assert.equal(await text(file), "hello ".repeat(1000));
  const [stored] = await file.download({ decompress: false });
  assert.equal(stored.length, Number(size));
});

test("a precondition that does not hold is refused, on every call", PATIENCE, async () => {
  const file = await put(bucket, "once.txt", "first", { preconditionOpts: { ifGenerationMatch: 0 } });
  await assert.rejects(put(bucket, "once.txt", "second", { preconditionOpts: { ifGenerationMatch: 0 } }), refused(412));
  await assert.rejects(file.save("second", { resumable: true, preconditionOpts: { ifGenerationMatch: 0 } }), /412/);
  const [{ generation }] = await file.getMetadata();
  await file.save("second", { resumable: false, preconditionOpts: { ifGenerationMatch: generation } });
  assert.equal(await text(file), "second");
  const [{ generation: second }] = await file.getMetadata();
  assert.ok(BigInt(second) > BigInt(generation));
  await assert.rejects(file.setMetadata({ contentType: "a/b" }, { ifMetagenerationMatch: 2 }), refused(412));
  await file.setMetadata({ contentType: "a/b" }, { ifMetagenerationMatch: 1 });
  await assert.rejects(file.delete({ ifGenerationMatch: generation }), refused(412));
  await assert.rejects(file.copy(bucket.file("once-copy.txt"), { preconditionOpts: { ifGenerationMatch: second } }), refused(412));
  assert.equal(await text(bucket.file("once.txt", { generation: second })), "second");
  await assert.rejects(bucket.file("once.txt", { generation }).download(), refused(404));
  await file.delete({ ifGenerationMatch: second });
  assert.deepEqual(await file.exists(), [false]);
});

test("many objects go at once", PATIENCE, async () => {
  await Promise.all(["many/1", "many/2", "many/3", "other"].map((name) => put(bucket, name)));
  await bucket.deleteFiles({ prefix: "many/" });
  assert.deepEqual(names((await bucket.getFiles({ prefix: "many/" }))[0]), []);
  assert.deepEqual(await bucket.file("other").exists(), [true]);
});
