// Google's Firestore client for Node against the emulator.

import { FieldValue, Firestore, Timestamp } from "@google-cloud/firestore";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, control, emulator } from "./environment.mjs";

const { address, project } = emulator();
const ALREADY_EXISTS = 6, FAILED_PRECONDITION = 9, NOT_FOUND = 5, UNIMPLEMENTED = 12;
const refused = (code, message = /./) => (error) => {
  assert.equal(error.code, code, String(error));
  assert.match(error.message, message);
  return true;
};
let db;

before(() => {
  process.env.FIRESTORE_EMULATOR_HOST = address;
  db = new Firestore({ projectId: project });
});
after(() => db.terminate());

test("a document is created once and keeps every kind of value", PATIENCE, async () => {
  const ann = db.doc("people/ann");
  const all = {
    text: "é\u{1F600}", whole: 42, fraction: 1.5, yes: true, nothing: null, when: Timestamp.fromMillis(1_700_000_000_123),
    bytes: Buffer.from([0, 255]), list: [1, "two", { three: 3 }], nested: { deep: { deeper: "still" } }, other: db.doc("people/bob"),
  };
  await ann.create(all);
  const read = (await ann.get()).data();
  assert.ok(read.other.isEqual(all.other));
  assert.deepEqual({ ...read, other: null }, { ...all, other: null });
  await assert.rejects(ann.create({}), refused(ALREADY_EXISTS));
});

test("what is written under a precondition that does not hold is not written", PATIENCE, async () => {
  const counter = db.doc("preconditions/one");
  const { writeTime } = await counter.create({ n: 1 });
  await counter.update({ n: 2 }, { lastUpdateTime: writeTime });
  await assert.rejects(counter.update({ n: 3 }, { lastUpdateTime: writeTime }), refused(FAILED_PRECONDITION));
  await assert.rejects(counter.delete({ lastUpdateTime: writeTime }), refused(FAILED_PRECONDITION));
  await assert.rejects(db.doc("preconditions/none").update({ n: 1 }), refused(NOT_FOUND));

  const batch = db.batch();
  batch.set(db.doc("preconditions/two"), { n: 1 });
  batch.create(counter, { n: 9 });
  await assert.rejects(batch.commit(), refused(ALREADY_EXISTS));
  const [one, two] = await db.getAll(counter, db.doc("preconditions/two"));
  assert.deepEqual([one.get("n"), two.exists], [2, false], "a batch is all or nothing");
});

test("transforms are done by the server", PATIENCE, async () => {
  const document = db.doc("transforms/one");
  await document.set({ n: 1, tags: ["a", "b"], old: true });
  const { writeTime } = await document.update({
    n: FieldValue.increment(41), tags: FieldValue.arrayUnion("b", "c"), at: FieldValue.serverTimestamp(), old: FieldValue.delete(),
  });
  const { at, ...rest } = (await document.get()).data();
  assert.deepEqual(rest, { n: 42, tags: ["a", "b", "c"] });
  assert.ok(at instanceof Timestamp && at.toMillis() <= writeTime.toMillis());
});

test("transactions that want the same document all count", PATIENCE, async () => {
  const counter = db.doc("contention/counter");
  await counter.set({ n: 0 });
  const add = () => db.runTransaction(async (transaction) => {
    const { n } = (await transaction.get(counter)).data();
    transaction.update(counter, { n: n + 1 });
    return n;
  }, { maxAttempts: 20 });
  const seen = await Promise.all(Array.from({ length: 8 }, add));
  assert.deepEqual(seen.sort(), [0, 1, 2, 3, 4, 5, 6, 7], "each saw what another had left");
  assert.equal((await counter.get()).get("n"), 8);
});

test("a transaction that fails leaves nothing", PATIENCE, async () => {
  const document = db.doc("contention/untouched");
  await document.set({ n: 1 });
  const thrown = db.runTransaction(async (transaction) => {
    await transaction.get(document);
    transaction.update(document, { n: 2 });
    throw new Error("on purpose");
  });
  await assert.rejects(thrown, /on purpose/);
  assert.equal((await document.get()).get("n"), 1);
});

test("a query is walked by cursor, and counted", PATIENCE, async () => {
  const numbers = db.collection("numbers");
  const writer = db.bulkWriter();
  for (let n = 0; n < 25; n++) writer.create(numbers.doc(`n${n}`), { n, parity: n % 2 ? "odd" : "even" });
  await writer.close();

  const pages = [];
  for (let query = numbers.orderBy("n", "desc").limit(10), last; ; query = query.startAfter(last)) {
    const page = await query.get();
    if (page.empty) break;
    pages.push(page.docs.map((document) => document.get("n")));
    last = page.docs.at(-1);
  }
  assert.deepEqual(pages.map((page) => page.length), [10, 10, 5]);
  assert.deepEqual(pages.flat(), Array.from({ length: 25 }, (_, n) => 24 - n));

  const between = await numbers.where("n", ">=", 5).where("n", "<", 8).get();
  assert.deepEqual(between.docs.map((document) => document.id), ["n5", "n6", "n7"]);
  const some = await numbers.where("n", "in", [3, 99, 1]).select("parity").get();
  assert.deepEqual(some.docs.map((document) => document.data()), [{ parity: "odd" }, { parity: "odd" }]);
  const odd = numbers.where("parity", "==", "odd");
  assert.equal((await odd.count().get()).data().count, 12);
});

test("a query without its composite index is refused until the index is declared", PATIENCE, async () => {
  await control("PUT", "firestore/indexes", { project, indexes: { indexes: [] } });
  await db.doc("indexed/one").set({ owner: "ann", at: 1 });
  await db.doc("indexed/two").set({ owner: "ann", at: 2 });
  // an error before any answer makes the client wait and ask three times, whatever the error is
  const query = db.collection("indexed").where("owner", "==", "ann").orderBy("at", "desc");
  await assert.rejects(query.get(), refused(FAILED_PRECONDITION, /index/));
  const fields = [{ fieldPath: "owner", order: "ASCENDING" }, { fieldPath: "at", order: "DESCENDING" }];
  const declared = [{ collectionGroup: "indexed", queryScope: "COLLECTION", fields }];
  await control("PUT", "firestore/indexes", { project, indexes: { indexes: declared } });
  assert.deepEqual((await query.get()).docs.map((document) => document.id), ["two", "one"]);
});

test("subcollections are listed, found as a group, and deleted with their document", PATIENCE, async () => {
  for (const path of ["tree/a", "tree/a/leaves/1", "tree/a/leaves/2", "tree/b/leaves/3"]) await db.doc(path).set({ path });
  const collections = await db.doc("tree/a").listCollections();
  assert.deepEqual(collections.map((collection) => collection.id), ["leaves"]);
  const ids = async () => (await db.collectionGroup("leaves").get()).docs.map((document) => document.id);
  assert.deepEqual(await ids(), ["1", "2", "3"]);
  const documents = await db.collection("tree").listDocuments();
  assert.deepEqual(documents.map((document) => document.id), ["a", "b"], "b has no document, only what is below it");
  await db.recursiveDelete(db.doc("tree/a"));
  assert.deepEqual(await ids(), ["3"]);
});

test("what the emulator has not, it refuses by name", PATIENCE, async () => {
  const parts = db.collectionGroup("leaves").getPartitions(2);
  await assert.rejects(parts.next(), refused(UNIMPLEMENTED, /PartitionQuery/));
});
