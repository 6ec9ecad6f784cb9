// Google's Firestore client for Node against the emulator: reads of the past.

import { Timestamp } from "@google-cloud/firestore";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { connect, ids } from "./client.mjs";

let db;
before(() => { db = connect(); });
after(() => db.terminate());

test("the past is read at a time", PATIENCE, async () => {
  const document = db.doc("past/one");
  const { writeTime } = await document.set({ n: 1 });
  await document.set({ n: 2 });
  await db.doc("past/two").set({ n: 2 });
  const at = (readTime) => db.runTransaction(async (transaction) => {
    const found = await transaction.get(db.collection("past").orderBy("n"));
    return [ids(found), (await transaction.get(document)).get("n")];
  }, { readOnly: true, readTime });
  assert.deepEqual(await at(writeTime), [["one"], 1]);
  const { readTime } = await document.get();
  assert.deepEqual(await at(readTime), [["one", "two"], 2]);
  const before = Timestamp.fromMillis(writeTime.toMillis() - 86_400_000);
  await assert.rejects(at(before), (error) => [3, 9].includes(error.code), "an hour is kept, a day is not");
});
