// What the journey that starts a test tells it, and how a test waits.

import assert from "node:assert/strict";

// Google's clients look for a machine of Google's otherwise
process.env.METADATA_SERVER_DETECTION = "none";

/** A variable that the Rust journey sets. */
export function required(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is missing: these tests are started by cargo test -p tests clients`);
  return value;
}

/** The emulator, `host:port`, and the project of this test alone. */
export const emulator = () => ({ address: required("EMULATOR"), project: required("PROJECT") });

/** Calls the emulator's control surface with JSON. */
export async function control(method, path, body) {
  const answer = await fetch(`http://${required("EMULATOR")}/_emulator/${path}`, {
    method,
    headers: body && { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** Waits until `fact` answers something true, and answers it; the test's own time limit ends what never comes. */
export async function until(fact) {
  for (;;) {
    const answer = await fact();
    if (answer) return answer;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

/** Nothing here takes longer than this unless it hangs. */
export const PATIENCE = { timeout: 60_000 };
