// Google's Cloud Storage client for Node against the emulator: many files, and large ones in parts side by side.

import { TransferManager } from "@google-cloud/storage";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { connect, endpoint, made, names, put } from "./client.mjs";

let bucket, manager, folder;
before(async () => {
  bucket = await made(connect(), "transfers");
  manager = new TransferManager(bucket);
  folder = await mkdtemp(join(tmpdir(), "transfers-"));
});

test("many files go up and come down side by side", PATIENCE, async () => {
  const contents = Array.from({ length: 12 }, (_, n) => randomBytes(1000 * (n + 1)));
  await mkdir(join(folder, "up"));
  const paths = contents.map((_, n) => join(folder, "up", `${n}.bin`));
  await Promise.all(paths.map((path, n) => writeFile(path, contents[n])));
  await manager.uploadManyFiles(paths, { concurrencyLimit: 4, customDestinationBuilder: (path) => `up/${path.split("/").at(-1)}` });
  const [files] = await bucket.getFiles({ prefix: "up/" });
  assert.equal(files.length, 12);
  const destination = join(folder, "down");
  await manager.downloadManyFiles(files, { concurrencyLimit: 4, stripPrefix: "up/", passthroughOptions: { destination } });
  for (const [n, bytes] of contents.entries()) assert.ok((await readFile(join(destination, `${n}.bin`))).equals(bytes));
  const again = { skipIfExists: true, customDestinationBuilder: (path) => `up/${path.split("/").at(-1)}` };
  await assert.rejects(manager.uploadManyFiles(paths.slice(0, 2), again), /412/);
  assert.equal(names((await bucket.getFiles({ prefix: "up/" }))[0]).length, 12);
});

test("a large file comes down in parts", PATIENCE, async () => {
  const bytes = randomBytes(3_000_000), destination = join(folder, "large.bin");
  const file = await put(bucket, "large.bin", bytes);
  await manager.downloadFileInChunks(file, { chunkSizeBytes: 700_000, concurrencyLimit: 3, destination, validation: "crc32c" });
  assert.ok((await readFile(destination)).equals(bytes));
});

// the manager's own uploads in parts go to https://BUCKET.HOST/ and so to no emulator; these are the same requests
test("a large object is put together from parts that were uploaded side by side", PATIENCE, async () => {
  const url = `${endpoint}/${bucket.name}/in%20parts.bin`, headers = { authorization: "Bearer anything" };
  const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
  const begun = await (await fetch(`${url}?uploads`, { method: "POST", headers: { ...headers, "content-type": "image/png" } })).text();
  const id = begun.match(/<UploadId>([^<]+)</)[1];
  const tags = await Promise.all(parts.map(async (body, n) => {
    const answer = await fetch(`${url}?partNumber=${n + 1}&uploadId=${id}`, { method: "PUT", headers, body });
    assert.equal(answer.status, 200);
    return answer.headers.get("etag");
  }));
  const listed = await (await fetch(`${url}?uploadId=${id}`, { headers })).text();
  assert.deepEqual([...listed.matchAll(/<PartNumber>(\d)</g)].map(([, number]) => number), ["1", "2"]);
  const named = tags.map((tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join("");
  const body = `<CompleteMultipartUpload>${named}</CompleteMultipartUpload>`;
  assert.equal((await fetch(`${url}?uploadId=${id}`, { method: "POST", headers, body })).status, 200);
  const [whole] = await bucket.file("in parts.bin").download();
  assert.ok(whole.equals(Buffer.concat(parts)));
  const other = (await (await fetch(`${url}?uploads`, { method: "POST", headers })).text()).match(/<UploadId>([^<]+)</)[1];
  assert.equal((await fetch(`${url}?uploadId=${other}`, { method: "DELETE", headers })).status, 204);
});
