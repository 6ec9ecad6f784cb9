// What the files of this folder share.

import { Firestore } from "@google-cloud/firestore";
import assert from "node:assert/strict";
import { emulator } from "../environment.mjs";

/** gRPC's codes that Firestore answers with. */
export const ABORTED = 10, ALREADY_EXISTS = 6, FAILED_PRECONDITION = 9, INVALID_ARGUMENT = 3, NOT_FOUND = 5, UNIMPLEMENTED = 12;

/** A client of the test's project, or of one beside it. It has to be terminated. */
export function connect(suffix = "", settings = {}) {
  const { address, project } = emulator();
  process.env.FIRESTORE_EMULATOR_HOST = address;
  return new Firestore({ projectId: `${project}${suffix}`, ...settings });
}

/** For `assert.rejects`: the code, and something in the message. */
export const refused = (code, message = /./) => (error) => {
  assert.equal(error.code, code, String(error));
  assert.match(error.message, message);
  return true;
};

/** The ids of what a query or a list found. */
export const ids = (found) => (found.docs ?? found).map((document) => document.id);
