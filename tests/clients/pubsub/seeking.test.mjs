// Google's generated Pub/Sub client for Node against the emulator: back and forth in time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, emulator } from "../environment.mjs";
import { NOT_FOUND, connect, pairs, publish, raw, refused, text, texts } from "./client.mjs";

const { project } = emulator();
let pubsub, close, pair;
before(async () => {
  pubsub = connect();
  const clients = await raw(pubsub);
  close = clients.close;
  pair = pairs(pubsub, clients.subscriber);
});
after(async () => {
  await close();
  await pubsub.close();
});

test("a subscription goes back and forth in time", PATIENCE, async () => {
  const { topic, handle, pull, acknowledge } = await pair("sought", { retainAckedMessages: true, ackDeadlineSeconds: 600 });
  await publish(topic, "a", "b");
  const first = await pull();
  await acknowledge(...first);
  const times = first.map(({ message }) => Number(message.publishTime.seconds) * 1000 + message.publishTime.nanos / 1e6);
  await handle.seek(new Date(Math.min(...times) - 1000));
  const again = await pull();
  assert.deepEqual(texts(again), ["a", "b"], "what was acknowledged comes again");
  await handle.seek(new Date(Math.max(...times) + 3_600_000));
  assert.deepEqual(await pull(), [], "what was published before counts as acknowledged");
  await publish(topic, "later");
});

test("a snapshot keeps what was not acknowledged", PATIENCE, async () => {
  const { topic, handle, pull, acknowledge } = await pair("kept", { ackDeadlineSeconds: 600 });
  await publish(topic, "a", "b");
  const [done] = await pull(1);
  await acknowledge(done);
  const left = ["a", "b"].filter((data) => data !== text(done.message));
  const [snapshot] = await handle.createSnapshot("kept-then");
  assert.equal(snapshot.name, `projects/${project}/snapshots/kept-then`);
  await publish(topic, "c");
  await acknowledge(...await pull());
  assert.deepEqual(await pull(), []);
  await handle.seek("kept-then");
  assert.deepEqual(texts(await pull()), [...left, "c"]);
  assert.deepEqual((await pubsub.getSnapshots())[0].map(({ name }) => name), [snapshot.name]);
  const [other] = await topic.createSubscription("kept-other");
  await other.seek("kept-then");
  await snapshot.delete();
  await assert.rejects(handle.seek("kept-then"), refused(NOT_FOUND));
});
