// Google's Firestore client for Node against the emulator: pages, cursors, and what is counted over them.

import { AggregateField, FieldPath } from "@google-cloud/firestore";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { INVALID_ARGUMENT, connect, ids, refused } from "./client.mjs";

let db, numbers;
before(async () => {
  db = connect();
  numbers = db.collection("numbers");
  const writer = db.bulkWriter();
  for (let n = 0; n < 25; n++) writer.create(numbers.doc(`n${String(n).padStart(2, "0")}`), { n, tens: Math.floor(n / 10), half: n / 2 });
  await writer.close();
});
after(() => db.terminate());

const found = async (query) => (await query.get()).docs.map((document) => document.get("n"));
const range = (from, to) => Array.from({ length: Math.abs(to - from) + 1 }, (_, n) => (to > from ? from + n : from - n));

test("pages by the last document seen hold everything once", PATIENCE, async () => {
  for (const ordered of [numbers.orderBy("n", "desc"), numbers.orderBy("tens"), numbers.orderBy("tens", "desc").orderBy("half"), numbers]) {
    const pages = [];
    for (let query = ordered.limit(10), last; ; query = query.startAfter(last)) {
      const page = await query.get();
      if (page.empty) break;
      pages.push(page.docs.map((document) => document.get("n")));
      last = page.docs.at(-1);
    }
    assert.deepEqual(pages.map((page) => page.length), [10, 10, 5]);
    assert.deepEqual(pages.flat().toSorted((a, b) => a - b), range(0, 24));
  }
});

test("cursors begin and end at, before and after values", PATIENCE, async () => {
  const up = numbers.orderBy("n"), down = numbers.orderBy("n", "desc");
  assert.deepEqual(await found(up.startAt(20)), range(20, 24));
  assert.deepEqual(await found(up.startAfter(20)), range(21, 24));
  assert.deepEqual(await found(up.endAt(3)), range(0, 3));
  assert.deepEqual(await found(up.endBefore(3)), range(0, 2));
  assert.deepEqual(await found(up.startAfter(4.5).endBefore(8)), range(5, 7));
  assert.deepEqual(await found(down.startAt(3)), range(3, 0));
  assert.deepEqual(await found(down.endBefore(20)), range(24, 21));
  assert.deepEqual(await found(up.startAt(99)), []);
  assert.deepEqual(await found(up.startAt("text")), [], "texts come after numbers");
  assert.deepEqual(await found(up.where("n", ">", 10).startAfter(12).limit(2)), [13, 14]);
});

test("cursors take as many values as there are orders, or fewer", PATIENCE, async () => {
  const ordered = numbers.orderBy("tens", "desc").orderBy("n");
  assert.deepEqual(await found(ordered.startAt(1).limit(2)), [10, 11]);
  assert.deepEqual(await found(ordered.startAfter(1)), range(0, 9));
  assert.deepEqual(await found(ordered.startAfter(1, 15).endAt(0, 2)), [...range(16, 19), 0, 1, 2]);
  const byName = numbers.orderBy("tens").orderBy(FieldPath.documentId());
  assert.deepEqual(await found(byName.startAfter(0, "n05").endBefore(1, "n11")), [6, 7, 8, 9, 10]);
  assert.deepEqual(await found(numbers.orderBy(FieldPath.documentId()).startAt("n22")), [22, 23, 24]);
});

test("a snapshot as a cursor brings all its orders with it", PATIENCE, async () => {
  const [five, fifteen] = await db.getAll(numbers.doc("n05"), numbers.doc("n15"));
  assert.deepEqual(await found(numbers.orderBy("tens").startAfter(five).endAt(fifteen)), range(6, 15));
  assert.deepEqual(await found(numbers.where("tens", "==", 1).endBefore(fifteen)), range(10, 14));
  assert.deepEqual(await found(numbers.where("n", ">=", 3).where("half", "<", 10).startAt(fifteen)), range(15, 19));
});

test("the last ones come in the query's own order", PATIENCE, async () => {
  assert.deepEqual(await found(numbers.orderBy("n").limitToLast(3)), [22, 23, 24]);
  assert.deepEqual(await found(numbers.orderBy("n", "desc").limitToLast(2)), [1, 0]);
  assert.deepEqual(await found(numbers.orderBy("n").endBefore(10).limitToLast(2)), [8, 9]);
  assert.deepEqual(await found(numbers.orderBy("n").startAt(22).endAt(23).limitToLast(5)), [22, 23]);
});

test("an offset goes over what was found", PATIENCE, async () => {
  assert.deepEqual(await found(numbers.orderBy("n").offset(20)), range(20, 24));
  assert.deepEqual(await found(numbers.orderBy("n").startAt(5).offset(2).limit(2)), [7, 8]);
  assert.deepEqual(await found(numbers.offset(30)), []);
});

test("a stream gives documents as they come", PATIENCE, async () => {
  const seen = [];
  for await (const document of numbers.orderBy("n").limit(5).stream()) seen.push(document.get("n"));
  assert.deepEqual(seen, range(0, 4));
});

test("counts, sums and averages are made by the server", PATIENCE, async () => {
  const { average, count, sum } = AggregateField;
  const of = async (query, wanted) => (await query.aggregate(wanted).get()).data();
  const all = { count: count(), sum: sum("n"), mean: average("n") };
  assert.deepEqual(await of(numbers, all), { count: 25, sum: 300, mean: 12 });
  assert.deepEqual(await of(numbers.where("n", ">", 99), all), { count: 0, sum: 0, mean: null });
  assert.deepEqual(await of(numbers.where("tens", "==", 2), { halves: sum("half") }), { halves: 55 });
  assert.deepEqual(await of(numbers.orderBy("n").limit(4), all), { count: 4, sum: 6, mean: 1.5 });
  assert.deepEqual(await of(numbers.orderBy("n").startAfter(20), { sum: sum("n") }), { sum: 90 });
  assert.deepEqual(await of(numbers, { missing: sum("none") }), { missing: 0 });
  assert.equal((await numbers.count().get()).data().count, 25);
  const six = Object.fromEntries(range(1, 6).map((n) => [`a${n}`, count()]));
  await assert.rejects(of(numbers, six), refused(INVALID_ARGUMENT));
});

test("aggregation keeps to numbers that are there", PATIENCE, async () => {
  const odd = db.collection("odd-values");
  const values = [1, "2", null, 2.5, undefined];
  await Promise.all(values.map((v, n) => odd.doc(`d${n}`).set(v === undefined ? {} : { v })));
  const { average, count, sum } = AggregateField;
  assert.deepEqual((await odd.aggregate({ s: sum("v"), a: average("v"), c: count() }).get()).data(), { s: 3.5, a: 1.75, c: 4 });
  await odd.doc("nan").set({ v: NaN });
  assert.deepEqual((await odd.aggregate({ s: sum("v") }).get()).data(), { s: NaN });
  assert.deepEqual(ids(await odd.where("v", "==", NaN).get()), ["nan"]);
});
