// Google's Pub/Sub client for Node against the emulator: topics and subscriptions as resources.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, emulator } from "../environment.mjs";
import { ALREADY_EXISTS, FAILED_PRECONDITION, INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED, connect, publish, raw, refused } from "./client.mjs";

const { project } = emulator();
let pubsub;
before(() => { pubsub = connect(); });
after(() => pubsub.close());

test("topics are made, found, changed, listed and deleted", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic({ name: "things", labels: { made: "here" } });
  assert.equal(topic.name, `projects/${project}/topics/things`);
  await assert.rejects(pubsub.createTopic("things"), refused(ALREADY_EXISTS, /already exists/));
  assert.deepEqual([await topic.exists(), await pubsub.topic("none").exists()], [[true], [false]]);
  await topic.setMetadata({ labels: { made: "there", kept: "yes" }, messageRetentionDuration: { seconds: 3600 } });
  const [{ labels, messageRetentionDuration }] = await topic.getMetadata();
  assert.deepEqual([labels, Number(messageRetentionDuration.seconds)], [{ made: "there", kept: "yes" }, 3600]);
  await Promise.all(["list-a", "list-b", "list-c"].map((name) => pubsub.createTopic(name)));
  const listed = (await pubsub.getTopics())[0].map(({ name }) => name.split("/").at(-1)).filter((name) => name.startsWith("list-"));
  assert.deepEqual(listed.sort(), ["list-a", "list-b", "list-c"]);
  const [page] = await pubsub.getTopics({ pageSize: 2, autoPaginate: false });
  assert.equal(page.length, 2);
  await topic.delete();
  assert.deepEqual(await topic.exists(), [false]);
  await assert.rejects(topic.delete(), refused(NOT_FOUND));
  await assert.rejects(publish(topic, "x"), refused(NOT_FOUND));
  assert.equal((await pubsub.topic("made-on-the-way").get({ autoCreate: true }))[0].name, `projects/${project}/topics/made-on-the-way`);
});

test("a subscription has the documented defaults, and what it is told", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("settings");
  const [plain] = await topic.createSubscription("settings-plain");
  const [described] = await plain.getMetadata();
  assert.equal(described.topic, topic.name);
  assert.equal(described.ackDeadlineSeconds, 10);
  assert.equal(Number(described.messageRetentionDuration.seconds), 604_800);
  assert.equal(Number(described.expirationPolicy.ttl.seconds), 31 * 86_400);
  assert.deepEqual([described.retainAckedMessages, described.enableMessageOrdering, described.detached], [false, false, false]);

  const [dead] = await pubsub.createTopic("settings-dead");
  const [full] = await topic.createSubscription("settings-full", {
    ackDeadlineSeconds: 20, retainAckedMessages: true, messageRetentionDuration: 1200, labels: { a: "b" }, enableMessageOrdering: true,
    filter: 'attributes:kind', expirationPolicy: { ttl: { seconds: 2 * 86_400 } },
    retryPolicy: { minimumBackoff: { seconds: 20 }, maximumBackoff: { seconds: 300 } },
    deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 7 },
  });
  await full.setMetadata({ ackDeadlineSeconds: 30, labels: {}, deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 8 } });
  const [changed] = await full.getMetadata();
  assert.deepEqual([changed.ackDeadlineSeconds, changed.labels, changed.filter], [30, {}, "attributes:kind"]);
  assert.deepEqual([changed.retainAckedMessages, changed.enableMessageOrdering], [true, true]);
  assert.deepEqual([changed.deadLetterPolicy.maxDeliveryAttempts, Number(changed.retryPolicy.minimumBackoff.seconds)], [8, 20]);
  await assert.rejects(full.setMetadata({ filter: "attributes:other" }), refused(INVALID_ARGUMENT));
});

test("subscriptions are listed by topic and by project, and outlive their topic", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("parted");
  const names = ["parted-a", "parted-b"].map((name) => `projects/${project}/subscriptions/${name}`);
  for (const name of ["parted-a", "parted-b"]) await topic.createSubscription(name);
  await assert.rejects(topic.createSubscription("parted-a"), refused(ALREADY_EXISTS));
  await assert.rejects(pubsub.topic("none").createSubscription("parted-c"), refused(NOT_FOUND));
  assert.deepEqual((await topic.getSubscriptions())[0].map(({ name }) => name).sort(), names);
  assert.ok((await pubsub.getSubscriptions())[0].some(({ name }) => name === names[1]));
  await topic.delete();
  assert.equal((await pubsub.subscription("parted-a").getMetadata())[0].topic, "_deleted-topic_");
  await pubsub.subscription("parted-a").delete();
  await assert.rejects(pubsub.subscription("parted-a").getMetadata(), refused(NOT_FOUND));
});

test("a detached subscription says so, has lost its messages and takes no more", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("detached");
  const [subscription] = await topic.createSubscription("detached-one");
  await publish(topic, "lost");
  await pubsub.detachSubscription("detached-one");
  assert.deepEqual(await subscription.detached(), [true]);
  assert.deepEqual((await topic.getSubscriptions())[0], []);
  const { subscriber, close } = await raw(pubsub);
  await assert.rejects(subscriber.pull({ subscription: subscription.name, maxMessages: 1 }), refused(FAILED_PRECONDITION));
  await close();
});

test("policies are kept, and everybody has every permission", PATIENCE, async () => {
  const [topic] = await pubsub.createTopic("guarded");
  await topic.iam.setPolicy({ bindings: [{ role: "roles/pubsub.publisher", members: ["allUsers"] }] });
  const [policy] = await topic.iam.getPolicy();
  assert.deepEqual(policy.bindings.map(({ role, members }) => [role, members]), [["roles/pubsub.publisher", ["allUsers"]]]);
  const [allowed] = await topic.iam.testPermissions(["pubsub.topics.publish", "pubsub.topics.delete"]);
  assert.deepEqual(allowed, { "pubsub.topics.publish": true, "pubsub.topics.delete": true });
});

test("what may not be is refused", PATIENCE, async () => {
  for (const name of ["x", "1abc", "goog-abc", "with space"]) {
    await assert.rejects(pubsub.createTopic(name), refused(INVALID_ARGUMENT), name);
  }
  const [topic] = await pubsub.createTopic("strict");
  const wrong = [
    { ackDeadlineSeconds: 5 }, { ackDeadlineSeconds: 601 }, { messageRetentionDuration: 60 }, { messageRetentionDuration: 32 * 86_400 }, { filter: "nonsense ((" },
    { expirationPolicy: { ttl: { seconds: 60 } } }, { retryPolicy: { minimumBackoff: { seconds: 601 } } },
    { deadLetterPolicy: { deadLetterTopic: topic.name, maxDeliveryAttempts: 4 } }, { deadLetterPolicy: { deadLetterTopic: topic.name, maxDeliveryAttempts: 101 } },
  ];
  for (const [n, settings] of wrong.entries()) {
    await assert.rejects(topic.createSubscription(`strict-${n}`, settings), refused(INVALID_ARGUMENT), JSON.stringify(settings));
  }
});

test("what the emulator has not, it refuses by name", PATIENCE, async () => {
  const definition = JSON.stringify({ type: "record", name: "Thing", fields: [{ name: "a", type: "string" }] });
  await assert.rejects(pubsub.createSchema("things", "AVRO", definition), refused(UNIMPLEMENTED, /schema/i));
  const schemaSettings = { schema: `projects/${project}/schemas/things`, encoding: "JSON" };
  await assert.rejects(pubsub.createTopic({ name: "with-schema", schemaSettings }), refused(UNIMPLEMENTED, /schema/i));
  const [topic] = await pubsub.createTopic("exported");
  await assert.rejects(topic.createSubscription("exported-bq", { bigqueryConfig: { table: "a.b.c" } }), refused(UNIMPLEMENTED, /bigquery_config/));
  await assert.rejects(topic.createSubscription("exported-gcs", { cloudStorageConfig: { bucket: "b" } }), refused(UNIMPLEMENTED, /cloud_storage_config/));
});
