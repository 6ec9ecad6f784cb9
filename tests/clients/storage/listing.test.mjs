// Google's Cloud Storage client for Node against the emulator: objects are listed, copied, moved and put together.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { connect, made, names, put, refused, text } from "./client.mjs";

let storage, bucket;
before(async () => {
  storage = connect();
  bucket = await made(storage, "listing");
  for (const name of ["list/a.txt", "list/b.txt", "list/deep/c.txt", "list/deep/d.jpg", "list/é.txt"]) await put(bucket, name);
});

const listed = async (query) => {
  const [files, next, answer] = await bucket.getFiles({ autoPaginate: false, ...query });
  return { names: names(files), next, prefixes: answer?.prefixes };
};

test("objects are listed by prefix, folder, range and pattern", PATIENCE, async () => {
  const all = ["list/a.txt", "list/b.txt", "list/deep/c.txt", "list/deep/d.jpg", "list/é.txt"];
  assert.deepEqual((await listed({ prefix: "list/" })).names, all);
  const folder = await listed({ prefix: "list/", delimiter: "/" });
  assert.deepEqual([folder.names, folder.prefixes], [["list/a.txt", "list/b.txt", "list/é.txt"], ["list/deep/"]]);
  assert.deepEqual((await listed({ delimiter: "/" })).prefixes, ["list/"]);
  assert.deepEqual((await listed({ startOffset: "list/b.txt", endOffset: "list/deep/d.jpg" })).names, ["list/b.txt", "list/deep/c.txt"]);
  assert.deepEqual((await listed({ matchGlob: "list/*.txt" })).names, ["list/a.txt", "list/b.txt", "list/é.txt"]);
  assert.deepEqual((await listed({ matchGlob: "**.{jpg,png}" })).names, ["list/deep/d.jpg"]);
  assert.deepEqual((await listed({ prefix: "none/" })).names, []);
});

test("a long list comes in pages, and whole when asked for so", PATIENCE, async () => {
  const pages = [];
  for (let query = { prefix: "list/", maxResults: 2, autoPaginate: false }; query;) {
    const [files, next] = await bucket.getFiles(query);
    pages.push(files.length);
    query = next;
  }
  assert.deepEqual(pages, [2, 2, 1]);
  assert.equal((await bucket.getFiles({ prefix: "list/" }))[0].length, 5);
  const streamed = [];
  for await (const file of bucket.getFilesStream({ prefix: "list/deep/" })) streamed.push(file.name);
  assert.deepEqual(streamed, ["list/deep/c.txt", "list/deep/d.jpg"]);
});

test("an object is copied with what describes it, within a bucket and to another", PATIENCE, async () => {
  const source = await put(bucket, "source.txt", "bytes", { contentType: "text/plain", metadata: { metadata: { of: "ann" } } });
  await source.copy(bucket.file("copied.txt"));
  const [{ contentType, metadata }] = await bucket.file("copied.txt").getMetadata();
  assert.deepEqual([contentType, metadata], ["text/plain", { of: "ann" }]);
  await source.copy(bucket.file("described anew.txt"), { contentType: "text/html", metadata: { by: "bob" } });
  assert.equal((await bucket.file("described anew.txt").getMetadata())[0].contentType, "text/html");
  const other = await made(storage, "listing-other");
  await source.copy(other);
  assert.equal(await text(other.file("source.txt")), "bytes");
  await assert.rejects(bucket.file("none.txt").copy(other), refused(404));
  await source.copy(bucket.file("once.txt"), { preconditionOpts: { ifGenerationMatch: 0 } });
  await assert.rejects(source.copy(bucket.file("once.txt"), { preconditionOpts: { ifGenerationMatch: 0 } }), refused(412));
});

test("an object is moved and renamed", PATIENCE, async () => {
  const file = await put(bucket, "here.txt", "moving");
  const [there] = await file.move("there.txt");
  assert.deepEqual([await file.exists(), await text(there)], [[false], "moving"]);
  const [renamed] = await there.rename("renamed.txt");
  assert.deepEqual([await there.exists(), await text(renamed)], [[false], "moving"]);
});

test("an object is moved in one step", PATIENCE, async () => {
  const file = await put(bucket, "atomic/here.txt", "moving");
  const [there] = await file.moveFileAtomic("atomic/there.txt");
  assert.deepEqual([await file.exists(), await text(there)], [[false], "moving"]);
});

test("an object is written anew in another class", PATIENCE, async () => {
  const file = await put(bucket, "classed.txt", "bytes");
  await file.setStorageClass("nearline");
  const [{ storageClass }] = await file.getMetadata();
  assert.deepEqual([storageClass, await text(file)], ["NEARLINE", "bytes"]);
});

test("objects are put together into one", PATIENCE, async () => {
  const parts = await Promise.all([1, 2, 3].map((n) => put(bucket, `part-${n}`, `${n}`.repeat(n))));
  const whole = bucket.file("whole.txt");
  await bucket.combine(parts, whole);
  assert.equal(await text(whole), "122333");
  const [{ componentCount, md5Hash, contentType }] = await whole.getMetadata();
  assert.deepEqual([componentCount, md5Hash], [3, undefined], "no MD5 for what was put together");
  assert.equal(contentType, "text/plain");
  await bucket.combine([whole, parts[0]], whole);
  assert.equal(await text(whole), "1223331");
  await assert.rejects(bucket.combine([parts[0], bucket.file("none")], bucket.file("never.txt")), refused(404));
});
