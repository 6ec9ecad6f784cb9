// Google's Firestore client for Node against the emulator: documents, their values, and how they are found without a query.

import { FieldPath, FieldValue, GeoPoint, Timestamp } from "@google-cloud/firestore";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { ALREADY_EXISTS, connect, ids, refused } from "./client.mjs";

let db;
before(() => { db = connect(); });
after(() => db.terminate());

test("a document is created once and keeps every kind of value", PATIENCE, async () => {
  const ann = db.doc("people/ann");
  const all = {
    text: "é\u{1F600}", empty: "", whole: 42, negative: -7, fraction: 1.5, endless: Infinity, none: NaN, yes: true, no: false, nothing: null,
    when: new Timestamp(1_700_000_000, 123_456_000), long_ago: Timestamp.fromDate(new Date("0001-01-01T00:00:00Z")),
    bytes: Buffer.from([0, 255]), list: [1, "two", { three: 3 }, null], nested: { deep: { deeper: "still" }, empty: {} },
    place: new GeoPoint(-12.5, 179.25), other: db.doc("people/bob/pets/cat"),
  };
  await ann.create({ ...all, vector: FieldValue.vector([1, -0.5, 3]) });
  const { other, vector, ...read } = (await ann.get()).data();
  assert.ok(other.isEqual(all.other));
  assert.deepEqual(vector.toArray(), [1, -0.5, 3]);
  assert.deepEqual({ ...read, other: null }, { ...all, other: null });
  await assert.rejects(ann.create({}), refused(ALREADY_EXISTS));
});

test("whole numbers beyond those of JavaScript survive", PATIENCE, async () => {
  const exact = connect("", { useBigInt: true });
  const document = exact.doc("exact/large");
  await document.set({ most: 9223372036854775807n, least: -9223372036854775808n });
  assert.deepEqual((await document.get()).data(), { most: 9223372036854775807n, least: -9223372036854775808n });
  await exact.terminate();
});

test("a missing document is told apart from an empty one", PATIENCE, async () => {
  const written = await db.doc("empty/one").set({});
  const [one, two] = [await db.doc("empty/one").get(), await db.doc("empty/two").get()];
  assert.deepEqual([one.exists, one.data(), two.exists, two.data()], [true, {}, false, undefined]);
  assert.ok(one.createTime.isEqual(written.writeTime) && one.updateTime.isEqual(written.writeTime));
  assert.ok(one.readTime.toMillis() >= written.writeTime.toMillis());
});

test("a document is replaced, merged, and changed by field", PATIENCE, async () => {
  const document = db.doc("changes/one");
  const data = async () => (await document.get()).data();
  await document.set({ a: 1, b: { c: 2, d: 3 }, "with.dot": 4 });
  await document.set({ b: { c: 20 }, e: 5 }, { merge: true });
  assert.deepEqual(await data(), { a: 1, b: { c: 20, d: 3 }, "with.dot": 4, e: 5 });
  await document.set({ a: 10, b: { c: 0, d: 30 } }, { mergeFields: ["b.d"] });
  assert.deepEqual(await data(), { a: 1, b: { c: 20, d: 30 }, "with.dot": 4, e: 5 });
  await document.update({ "b.c": FieldValue.delete(), e: 50 });
  await document.update(new FieldPath("with.dot"), 40, "a", FieldValue.delete());
  assert.deepEqual(await data(), { b: { d: 30 }, "with.dot": 40, e: 50 });
  await document.update({ b: { new: true } });
  assert.deepEqual(await data(), { b: { new: true }, "with.dot": 40, e: 50 });
  const before = (await document.get()).updateTime;
  await document.set({ e: 50 }, { merge: true });
  assert.ok((await document.get()).updateTime.isEqual(before), "what changes nothing leaves the update time");
  await document.set({ only: 1 });
  assert.deepEqual(await data(), { only: 1 });
  await document.delete();
  await document.delete();
  assert.equal(await data(), undefined);
});

test("many are read at once, in the order asked for, and only in part", PATIENCE, async () => {
  await Promise.all(["a", "b", "c"].map((id) => db.doc(`several/${id}`).set({ id, more: { x: 1, y: 2 } })));
  const wanted = ["c", "missing", "a", "c"].map((id) => db.doc(`several/${id}`));
  const read = await db.getAll(...wanted);
  assert.deepEqual(read.map((document) => [document.id, document.exists]), [["c", true], ["missing", false], ["a", true], ["c", true]]);
  const masked = await db.getAll(db.doc("several/a"), db.doc("several/b"), { fieldMask: ["more.x"] });
  assert.deepEqual(masked.map((document) => document.data()), [{ more: { x: 1 } }, { more: { x: 1 } }]);
  const [bare] = await db.getAll(db.doc("several/a"), { fieldMask: ["absent"] });
  assert.deepEqual([bare.exists, bare.data()], [true, {}]);
});

test("a converter stands between documents and objects", PATIENCE, async () => {
  class Person { constructor(name) { this.name = name; } }
  const converter = { toFirestore: ({ name }) => ({ called: name }), fromFirestore: (snapshot) => new Person(snapshot.get("called")) };
  const people = db.collection("converted").withConverter(converter);
  const added = await people.add(new Person("Ann"));
  assert.match(added.id, /^[A-Za-z0-9]{20}$/);
  assert.deepEqual((await db.doc(added.path).get()).data(), { called: "Ann" });
  const [found] = (await people.where("called", "==", "Ann").get()).docs;
  assert.ok(found.data() instanceof Person);
});

test("collections and documents are listed, those too that are only above others", PATIENCE, async () => {
  for (const path of ["tree/a", "tree/a/leaves/1", "tree/a/twigs/2", "tree/b/leaves/3", "tree/c"]) await db.doc(path).set({ path });
  assert.deepEqual(ids(await db.doc("tree/a").listCollections()), ["leaves", "twigs"]);
  assert.deepEqual(ids(await db.doc("tree/b").listCollections()), ["leaves"]);
  assert.ok(ids(await db.listCollections()).includes("tree"));
  const listed = await db.collection("tree").listDocuments();
  assert.deepEqual(ids(listed), ["a", "b", "c"], "b has no document, only what is below it");
  assert.deepEqual((await db.getAll(...listed)).map((document) => document.exists), [true, false, true]);
  assert.deepEqual(ids(await db.collection("tree").listDocuments({ pageSize: 1 })), ["a", "b", "c"]);
});
