// Google's Firestore client for Node against the emulator: transactions.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE } from "../environment.mjs";
import { ALREADY_EXISTS, connect, ids, refused } from "./client.mjs";

let db;
before(() => { db = connect(); });
after(() => db.terminate());

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

test("money is neither made nor lost between accounts", PATIENCE, async () => {
  const accounts = ["a", "b", "c"].map((id) => db.doc(`accounts/${id}`));
  await Promise.all(accounts.map((account) => account.set({ balance: 10 })));
  const move = (n) => db.runTransaction(async (transaction) => {
    const [from, to] = await transaction.getAll(accounts[n % 3], accounts[(n + 1) % 3]);
    if (from.get("balance") < 2) return;
    transaction.update(from.ref, { balance: from.get("balance") - 2 }).update(to.ref, { balance: to.get("balance") + 2 });
  }, { maxAttempts: 30 });
  await Promise.all(Array.from({ length: 9 }, (_, n) => move(n)));
  const sum = (await db.getAll(...accounts)).reduce((total, account) => total + account.get("balance"), 0);
  assert.equal(sum, 30);
});

test("two that ask for the same set cannot both add to it", PATIENCE, async () => {
  const seats = db.collection("seats");
  const take = (who) => db.runTransaction(async (transaction) => {
    const taken = await transaction.get(seats.where("show", "==", "tonight"));
    if (!taken.empty) return false;
    transaction.create(seats.doc(who), { show: "tonight" });
    return true;
  }, { maxAttempts: 20 });
  const took = await Promise.all(["ann", "bob", "eve"].map(take));
  assert.equal(took.filter(Boolean).length, 1);
  assert.equal((await seats.count().get()).data().count, 1);
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
  const exists = db.runTransaction(async (transaction) => {
    transaction.set(db.doc("contention/other"), { n: 1 });
    transaction.create(document, { n: 3 });
  });
  await assert.rejects(exists, refused(ALREADY_EXISTS));
  assert.equal((await document.get()).get("n"), 1);
  assert.equal((await db.doc("contention/other").get()).exists, false);
  await document.update({ n: 4 });
});

test("a transaction reads documents, masks, queries and counts of one moment", PATIENCE, async () => {
  const items = db.collection("moment");
  await Promise.all([1, 2, 3].map((n) => items.doc(`n${n}`).set({ n, m: n })));
  const read = await db.runTransaction(async (transaction) => {
    const first = await transaction.get(items.where("n", ">", 1).orderBy("n"));
    await db.doc("moment-other/one").set({ n: 1 });
    const [masked, missing] = await transaction.getAll(items.doc("n1"), items.doc("none"), { fieldMask: ["m"] });
    const { count } = (await transaction.get(items.count())).data();
    return [ids(first), masked.data(), missing.exists, count];
  }, { readOnly: true });
  assert.deepEqual(read, [["n2", "n3"], { m: 1 }, false, 3]);
});

test("a read-only transaction sees neither what is written meanwhile nor makes anybody wait", PATIENCE, async () => {
  const document = db.doc("still/one");
  await document.set({ n: 1 });
  const seen = await db.runTransaction(async (transaction) => {
    const before = (await transaction.get(document)).get("n");
    await document.set({ n: 2 });
    return [before, (await transaction.get(document)).get("n")];
  }, { readOnly: true });
  assert.deepEqual(seen, [1, 1]);
  const writing = db.runTransaction(async (transaction) => { transaction.set(document, { n: 3 }); }, { readOnly: true });
  await assert.rejects(writing, /read-only/);
});
