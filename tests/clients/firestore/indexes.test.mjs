// Google's Firestore client for Node against the emulator: indexes, and what is refused by name.

import google from "@google-cloud/firestore";
import { credentials } from "@grpc/grpc-js";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, control, emulator } from "../environment.mjs";
import { FAILED_PRECONDITION, UNIMPLEMENTED, connect, ids, refused } from "./client.mjs";

let db;
before(() => { db = connect("-indexed"); });
after(() => db.terminate());

const declare = (indexes) => control("PUT", "firestore/indexes", { project: `${emulator().project}-indexed`, indexes: { indexes } });

test("a query without its composite index is refused until the index is declared", PATIENCE, async () => {
  await declare([]);
  await db.doc("indexed/one").set({ owner: "ann", at: 1 });
  await db.doc("indexed/two").set({ owner: "ann", at: 2 });
  // an error before any answer makes the client wait and ask three times, whatever the error is
  const query = db.collection("indexed").where("owner", "==", "ann").orderBy("at", "desc");
  await assert.rejects(query.get(), refused(FAILED_PRECONDITION, /index/));
  assert.deepEqual(ids(await db.collection("indexed").orderBy("at", "desc").get()), ["two", "one"], "one field needs none");
  const fields = [{ fieldPath: "owner", order: "ASCENDING" }, { fieldPath: "at", order: "DESCENDING" }];
  await declare([{ collectionGroup: "indexed", queryScope: "COLLECTION", fields }]);
  assert.deepEqual(ids(await query.get()), ["two", "one"]);
});

test("what the emulator has not, it refuses by name", PATIENCE, async () => {
  const refusals = db.collection("refused"), query = refusals.where("n", "==", 1);
  const nearest = refusals.findNearest({ vectorField: "v", queryVector: [1, 2], limit: 2, distanceMeasure: "EUCLIDEAN" });
  await Promise.all([
    assert.rejects(query.explain({ analyze: true }), refused(UNIMPLEMENTED, /explain_options/)),
    assert.rejects(query.count().explain(), refused(UNIMPLEMENTED, /explain_options/)),
    assert.rejects(db.collectionGroup("refused").getPartitions(2).next(), refused(UNIMPLEMENTED, /PartitionQuery/)),
    assert.rejects(nearest.get(), refused(UNIMPLEMENTED, /find_nearest/)),
    assert.rejects(db.pipeline().collection("refused").execute(), refused(UNIMPLEMENTED, /ExecutePipeline/)),
    assert.rejects(listened(), refused(UNIMPLEMENTED, /Listen/)),
  ]);
});

/** What a listener is told. `onSnapshot` hears only that its stream has ended and opens another, without end. */
function listened() {
  const { address, project } = emulator(), [servicePath, port] = address.split(":");
  const client = new google.v1.FirestoreClient({ projectId: project, servicePath, port: Number(port), sslCreds: credentials.createInsecure() });
  const database = `projects/${project}/databases/(default)`;
  return new Promise((resolve, reject) => {
    const stream = client.listen({ otherArgs: { headers: { "google-cloud-resource-prefix": database } } });
    stream.on("error", reject).on("data", resolve);
    stream.write({ database, addTarget: { documents: { documents: [`${database}/documents/refused/one`] }, targetId: 1 } });
  }).finally(() => client.close());
}
