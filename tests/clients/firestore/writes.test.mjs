// Google's Firestore client for Node against the emulator: preconditions, transforms, batches, bulk writers.

import { FieldValue, Timestamp } from "@google-cloud/firestore";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { ALREADY_EXISTS, FAILED_PRECONDITION, INVALID_ARGUMENT, NOT_FOUND, connect, ids, refused } from "./client.mjs";

let db;
before(() => { db = connect(); });
after(() => db.terminate());

test("what is written under a precondition that does not hold is not written", PATIENCE, async () => {
  const counter = db.doc("preconditions/one");
  const { writeTime } = await counter.create({ n: 1 });
  await counter.update({ n: 2 }, { lastUpdateTime: writeTime });
  await assert.rejects(counter.update({ n: 3 }, { lastUpdateTime: writeTime }), refused(FAILED_PRECONDITION));
  await assert.rejects(counter.delete({ lastUpdateTime: writeTime }), refused(FAILED_PRECONDITION));
  await assert.rejects(db.doc("preconditions/none").update({ n: 1 }), refused(NOT_FOUND));
  await assert.rejects(db.doc("preconditions/none").delete({ exists: true }), refused(NOT_FOUND));
  await counter.delete({ lastUpdateTime: (await counter.get()).updateTime });
  assert.equal((await counter.get()).exists, false);
});

test("a batch is all or nothing, its writes in order", PATIENCE, async () => {
  const [one, two] = [db.doc("batches/one"), db.doc("batches/two")];
  await one.create({ n: 1 });
  await assert.rejects(db.batch().set(two, { n: 1 }).create(one, { n: 9 }).commit(), refused(ALREADY_EXISTS));
  assert.deepEqual((await db.getAll(one, two)).map((document) => document.get("n")), [1, undefined]);
  const results = await db.batch().set(one, { n: 2 }).update(one, { m: 3 }).create(two, { n: 4 }).delete(two).commit();
  assert.equal(results.length, 4);
  assert.ok(results.slice(0, 3).every(({ writeTime }) => writeTime.isEqual(results[0].writeTime)), "one time for all");
  assert.deepEqual((await db.getAll(one, two)).map((document) => document.data()), [{ n: 2, m: 3 }, undefined]);
});

test("numbers are transformed by the server", PATIENCE, async () => {
  const document = db.doc("transforms/numbers");
  await document.set({ whole: 1, fraction: 0.5, text: "no number", large: 9007199254740991, most: 5, least: 5 });
  await document.update({
    whole: FieldValue.increment(41), fraction: FieldValue.increment(1), text: FieldValue.increment(3), missing: FieldValue.increment(-2),
    most: FieldValue.maximum?.(7) ?? 7, least: FieldValue.minimum?.(-1) ?? -1,
  });
  await document.set({ whole: FieldValue.increment(0.5) }, { merge: true });
  const { whole, fraction, text, missing, most, least } = (await document.get()).data();
  assert.deepEqual({ whole, fraction, text, missing, most, least }, { whole: 42.5, fraction: 1.5, text: 3, missing: -2, most: 7, least: -1 });
  const exact = connect("", { useBigInt: true }), large = exact.doc("transforms/large");
  await large.set({ n: 9223372036854775800n });
  await large.update({ n: FieldValue.increment(1000) });
  assert.equal((await large.get()).get("n"), 9223372036854775807n, "a whole number stops at the largest there is");
  await exact.terminate();
});

test("lists and times are transformed by the server", PATIENCE, async () => {
  const document = db.doc("transforms/others");
  await document.set({ tags: ["a", "b", "a"], gone: ["a", 1, "a", 1.0, null], text: "no list", old: true });
  const { writeTime } = await document.update({
    tags: FieldValue.arrayUnion("b", "c", "c"), gone: FieldValue.arrayRemove("a", 1), text: FieldValue.arrayUnion("x"), made: FieldValue.arrayRemove("x"),
    at: FieldValue.serverTimestamp(), "deep.at": FieldValue.serverTimestamp(), old: FieldValue.delete(),
  });
  const { at, deep, ...rest } = (await document.get()).data();
  assert.deepEqual(rest, { tags: ["a", "b", "a", "c"], gone: [null], text: ["x"], made: [] });
  assert.ok(at instanceof Timestamp && at.isEqual(deep.at) && at.toMillis() <= writeTime.toMillis() + 1);
  await document.create({ n: 1 }).then(() => assert.fail("it exists"), refused(ALREADY_EXISTS));
  const created = db.doc("transforms/created");
  await created.create({ n: FieldValue.increment(1), at: FieldValue.serverTimestamp() });
  assert.equal((await created.get()).get("n"), 1);
});

test("a bulk writer writes many, each for itself, and tells of each", PATIENCE, async () => {
  const items = db.collection("bulk"), writer = db.bulkWriter();
  await items.doc("n7").set({ there: true });
  const written = [], failed = [];
  writer.onWriteResult(({ id }) => written.push(id));
  writer.onWriteError((error) => { failed.push([error.documentRef.id, error.operationType, error.code]); return false; });
  const promises = Array.from({ length: 60 }, (_, n) => writer.create(items.doc(`n${n}`), { n }).catch(({ code }) => code));
  await writer.flush();
  writer.update(items.doc("none"), { n: 1 }).catch(() => {});
  writer.set(items.doc("n8"), { more: FieldValue.increment(2) }, { merge: true });
  writer.delete(items.doc("n9"));
  await writer.close();
  assert.equal((await Promise.all(promises))[7], ALREADY_EXISTS);
  assert.deepEqual(failed, [["n7", "create", ALREADY_EXISTS], ["none", "update", NOT_FOUND]]);
  assert.equal(written.length, 61);
  assert.equal((await items.count().get()).data().count, 59);
  assert.deepEqual((await items.doc("n8").get()).data(), { n: 8, more: 2 });
});

test("a document goes with all that is below it, a collection likewise", PATIENCE, async () => {
  const paths = ["felled/a", "felled/a/fallen/1", "felled/a/fallen/1/deeper/2", "felled/ab/fallen/3", "felled/b/fallen/4"];
  for (const path of paths) await db.doc(path).set({ path });
  const left = async () => ids(await db.collectionGroup("fallen").get());
  assert.deepEqual(await left(), ["1", "3", "4"]);
  await db.recursiveDelete(db.doc("felled/a"));
  assert.deepEqual(await left(), ["3", "4"]);
  assert.equal((await db.collectionGroup("deeper").get()).size, 0);
  await db.recursiveDelete(db.collection("felled"));
  assert.deepEqual([await left(), ids(await db.collection("felled").listDocuments())], [[], []]);
});

test("what no document can hold is refused", PATIENCE, async () => {
  const document = db.doc("limits/one");
  await assert.rejects(document.set({ text: "x".repeat(1_048_577) }), refused(INVALID_ARGUMENT, /longer|size/));
  let deep = {};
  for (let depth = 0; depth < 21; depth++) deep = { deep };
  await assert.rejects(document.set(deep), refused(INVALID_ARGUMENT));
  await assert.rejects(document.set({ __reserved__: 1 }), refused(INVALID_ARGUMENT, /reserved/));
  await assert.rejects(db.doc("limits/__reserved__").set({}), refused(INVALID_ARGUMENT, /reserved/));
  assert.equal((await document.get()).exists, false);
});
