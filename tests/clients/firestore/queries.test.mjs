// Google's Firestore client for Node against the emulator: what queries find, and in which order.

import { FieldPath, Filter, GeoPoint, Timestamp } from "@google-cloud/firestore";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { INVALID_ARGUMENT, connect, ids, refused } from "./client.mjs";

let db, cities;
before(async () => {
  db = connect();
  // the cities of Google's own examples
  cities = db.collection("cities");
  const batch = db.batch();
  batch.set(cities.doc("SF"), { state: "CA", country: "USA", capital: false, population: 860_000, regions: ["west_coast", "norcal"], density: 18_000 });
  batch.set(cities.doc("LA"), { state: "CA", country: "USA", capital: false, population: 3_900_000, regions: ["west_coast", "socal"], density: 8_300 });
  batch.set(cities.doc("DC"), { state: null, country: "USA", capital: true, population: 680_000, regions: ["east_coast"], density: NaN });
  batch.set(cities.doc("TOK"), { state: null, country: "Japan", capital: true, population: 9_000_000, regions: ["kanto", "honshu"], density: 16_000 });
  batch.set(cities.doc("BJ"), { country: "China", capital: true, population: 21_500_000, regions: ["jingjinji", "hebei"], density: 1_300 });
  await batch.commit();
});
after(() => db.terminate());

const found = async (query) => ids(await query.get());
const where = (...condition) => found(cities.where(...condition));

test("every operator finds what the documentation says", PATIENCE, async () => {
  assert.deepEqual(await where("state", "==", "CA"), ["LA", "SF"]);
  assert.deepEqual(await where("capital", "!=", true), ["LA", "SF"]);
  assert.deepEqual(await where("population", "<", 860_000), ["DC"]);
  assert.deepEqual(await where("population", "<=", 860_000), ["DC", "SF"]);
  assert.deepEqual(await where("population", ">", 3_900_000), ["TOK", "BJ"]);
  assert.deepEqual(await where("population", ">=", 3_900_000), ["LA", "TOK", "BJ"]);
  assert.deepEqual(await where("country", "in", ["USA", "Japan"]), ["DC", "LA", "SF", "TOK"]);
  assert.deepEqual(await where("country", "not-in", ["USA", "Japan"]), ["BJ"]);
  assert.deepEqual(await where("regions", "array-contains", "west_coast"), ["LA", "SF"]);
  assert.deepEqual(await where("regions", "array-contains-any", ["west_coast", "east_coast"]), ["DC", "LA", "SF"]);
  assert.deepEqual(await where("regions", "in", [["west_coast", "norcal"], ["east_coast"]]), ["DC", "SF"]);
});

test("null and NaN are values, a missing field is none", PATIENCE, async () => {
  assert.deepEqual(await where("state", "==", null), ["DC", "TOK"]);
  assert.deepEqual(await where("state", "!=", null), ["LA", "SF"]);
  assert.deepEqual(await where("state", "!=", "NY"), ["LA", "SF"], "neither null nor missing");
  assert.deepEqual(await where("state", "not-in", ["NY"]), ["LA", "SF"]);
  assert.deepEqual(await where("density", "==", NaN), ["DC"]);
  assert.deepEqual(await where("density", "!=", NaN), ["BJ", "LA", "TOK", "SF"]);
  assert.deepEqual(await found(cities.orderBy("state")), ["DC", "TOK", "LA", "SF"]);
});

test("conditions are combined with and, or, and both", PATIENCE, async () => {
  const { and, or, where: is } = Filter;
  assert.deepEqual(await found(cities.where("country", "==", "USA").where("population", ">", 700_000)), ["SF", "LA"]);
  const either = cities.where(or(is("capital", "==", false), is("population", ">=", 9_000_000)));
  assert.deepEqual(await found(either.orderBy("population")), ["SF", "LA", "TOK", "BJ"]);
  const nested = cities.where(and(
    or(is("country", "==", "USA"), is("country", "==", "Japan")), or(is("capital", "==", true), is("population", ">", 3_000_000)),
  ));
  assert.deepEqual(await found(nested), ["DC", "LA", "TOK"]);
  const lists = cities.where(or(is("regions", "array-contains", "kanto"), is("country", "in", ["China", "Japan"])));
  assert.deepEqual(await found(lists), ["BJ", "TOK"], "each once");
});

test("inequalities on several fields order by them", PATIENCE, async () => {
  const query = cities.where("population", ">", 700_000).where("density", ">", 5_000);
  assert.deepEqual(await found(query), ["LA", "TOK", "SF"], "density first: fields in the order of their names");
  assert.deepEqual(await found(query.orderBy("population", "desc")), ["TOK", "LA", "SF"]);
});

test("ids are asked for and ordered by like fields", PATIENCE, async () => {
  const id = FieldPath.documentId();
  assert.deepEqual(await where(id, "in", ["SF", "BJ", "none"]), ["BJ", "SF"]);
  assert.deepEqual(await where(id, ">=", "LA"), ["LA", "SF", "TOK"]);
  assert.deepEqual(await where(id, "==", cities.doc("DC")), ["DC"]);
  assert.deepEqual(await where(id, "not-in", ["SF", "LA"]), ["BJ", "DC", "TOK"]);
  assert.deepEqual(await found(cities.orderBy(id).limit(2)), ["BJ", "DC"]);
  const mixed = db.collection("mixed-ids");
  for (const name of ["b", "__id7__", "__id-3__", "B", "10", "é", "__id10__", "9"]) await mixed.doc(name).set({});
  assert.deepEqual(await found(mixed), ["__id-3__", "__id7__", "__id10__", "10", "9", "B", "b", "é"]);
});

test("values of different types stand in the documented order", PATIENCE, async () => {
  const values = [
    null, false, true, NaN, -Infinity, -1.5, 1, 1.5, 2, Timestamp.fromMillis(0), Timestamp.fromMillis(1), "", "A", "a", "é", "\u{FFFD}", "\u{1F600}",
    Buffer.from([]), Buffer.from([1]), Buffer.from([1, 0]), db.doc("a/b"), db.doc("a/b/c/d"), db.doc("b/a"), new GeoPoint(-1, 9), new GeoPoint(1, -9),
    [], [1], [1, 2], [2], {}, { a: 1 }, { a: 1, b: 0 }, { a: 2 }, { b: 0 },
  ];
  const ordered = db.collection("ordered"), batch = db.batch(), name = (n) => String(values.length - n).padStart(2, "0");
  values.forEach((value, n) => batch.set(ordered.doc(name(n)), { value }));
  await batch.commit();
  const names = values.map((_, n) => name(n));
  assert.deepEqual(await found(ordered.orderBy("value")), names);
  assert.deepEqual(await found(ordered.orderBy("value", "desc")), names.toReversed());
  assert.deepEqual(await found(ordered.where("value", ">", "a").orderBy("value")), names.slice(14, 17), "a condition keeps to its type");
  assert.deepEqual(await found(ordered.where("value", "<=", 1.5)), names.slice(4, 8));
});

test("a projection keeps what was asked for", PATIENCE, async () => {
  const data = async (query) => (await query.get()).docs.map((document) => document.data());
  const american = cities.where("country", "==", "USA");
  assert.deepEqual(await data(american.select("population", "capital").limit(1)), [{ population: 680_000, capital: true }]);
  assert.deepEqual(await data(american.select()), [{}, {}, {}]);
  assert.deepEqual(await data(cities.where("capital", "==", false).select("missing")), [{}, {}]);
});

test("a collection group is what has that name, wherever it is", PATIENCE, async () => {
  for (const path of ["landmarks/top", "cities/SF/landmarks/bridge", "cities/TOK/landmarks/tower", "cities/TOK/other/x/landmarks/deep"]) {
    await db.doc(path).set({ type: path.endsWith("bridge") ? "bridge" : "other" });
  }
  const group = db.collectionGroup("landmarks");
  assert.deepEqual(await found(group), ["bridge", "tower", "deep", "top"], "by their whole path");
  assert.deepEqual(await found(group.where("type", "==", "bridge")), ["bridge"]);
  assert.deepEqual(await found(db.doc("cities/SF").collection("landmarks")), ["bridge"]);
  const name = FieldPath.documentId(), below = group.where(name, ">=", "cities/TOK").where(name, "<", "cities/TOL");
  assert.deepEqual(await found(below.orderBy(FieldPath.documentId())), ["tower", "deep"]);
});

test("a query that cannot be is refused", PATIENCE, async () => {
  const many = Array.from({ length: 31 }, (_, n) => n);
  await assert.rejects(where("population", "in", many), refused(INVALID_ARGUMENT, /30/));
  await assert.rejects(where("population", "not-in", many.slice(0, 11)), refused(INVALID_ARGUMENT, /10/));
  const two = cities.where("regions", "array-contains", "a").where("regions", "array-contains", "b");
  await assert.rejects(two.get(), refused(INVALID_ARGUMENT));
  await assert.rejects(cities.where("state", "!=", "a").where("country", "!=", "b").get(), refused(INVALID_ARGUMENT));
  await assert.rejects(cities.where("state", "not-in", ["a"]).where("state", "!=", "b").get(), refused(INVALID_ARGUMENT));
});
