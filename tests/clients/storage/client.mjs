// What the files of this folder share.

import { Storage } from "@google-cloud/storage";
import { Impersonated, OAuth2Client } from "google-auth-library";
import assert from "node:assert/strict";
import { emulator } from "../environment.mjs";

const { address, project } = emulator();

/** Where the emulator is. */
export const endpoint = `http://${address}`;

/** The account that signs. */
export const account = `signer@${project}.iam.gserviceaccount.com`;

/** A client of the test's project. */
export function connect() {
  process.env.STORAGE_EMULATOR_HOST = endpoint;
  return new Storage({ projectId: project, retryOptions: { autoRetry: false } });
}

/** A client that signs through IAM's `signBlob`, as on a machine of Google's that has no key file. */
export function signing() {
  const source = new OAuth2Client();
  source.setCredentials({ access_token: "anything", expiry_date: Date.now() + 3_600_000 });
  const authClient = new Impersonated({ sourceClient: source, targetPrincipal: account, targetScopes: [], endpoint });
  process.env.STORAGE_EMULATOR_HOST = endpoint;
  return new Storage({ projectId: project, authClient });
}

/** A new bucket, named after the project as names are everybody's. */
export const made = async (storage, name, settings) => (await storage.createBucket(`${project}-${name}`, { location: "EU", ...settings }))[0];

/** For `assert.rejects`: the HTTP status. */
export const refused = (code) => (error) => { assert.equal(error.code, code, String(error)); return true; };

/** What an object says. */
export const text = async (file, options) => (await file.download(options))[0].toString();

/** Saves a small object. */
export const put = async (bucket, name, data = name, options = {}) => {
  const file = bucket.file(name);
  await file.save(data, { resumable: false, ...options });
  return file;
};

/** The names of files. */
export const names = (files) => files.map(({ name }) => name);
