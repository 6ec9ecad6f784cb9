// Microsoft's unmodified SignalR client against a running Kith.

import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { PATIENCE, required } from "./environment.mjs";

const kith = required("KITH_URL"), gateway = required("GATEWAY_URL");
const connections = [], wires = [];
let ann, bob;

/** Calls the API and answers what it answers. */
async function call(person, method, path, body) {
  const answer = await fetch(`${kith}${path}`, {
    method,
    headers: { "content-type": "application/json", ...(person && { authorization: `Bearer ${person.accessToken}` }) },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

const register = (username) => call(null, "POST", "/api/auth/register", {
  username, email: `${username}@example.com`, password: "correct horse battery", displayName: username,
});

const post = (person, text) => call(person, "POST", "/api/posts", { text });

const comment = (person, { postId }, text) => call(person, "POST", `/api/posts/${postId}/comments`, { text });

/** A connection as an application makes it; its token is asked for at each start. */
function hub(person, name, { at = kith, options = {}, reconnect = [0, 50, 50, 50] } = {}) {
  const connection = new HubConnectionBuilder()
    .withUrl(`${at}/hubs/${name}`, { accessTokenFactory: () => person.accessToken, ...options })
    .withAutomaticReconnect(reconnect)
    .configureLogging(LogLevel.None)
    .build();
  connections.push(connection);
  return connection;
}

async function started(...of) {
  const connection = hub(...of);
  await connection.start();
  return connection;
}

/** The arguments of the next call of a client method. */
const next = (connection, event) => new Promise((resolve) => { connection.on(event, (...all) => resolve(all)); });

const closed = (connection) => new Promise((resolve) => { connection.onclose((error) => resolve(error ?? "no error")); });

/** A way to Kith that can be cut. */
async function wire() {
  const { hostname, port } = new URL(kith);
  const open = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy()).on("close", () => { open.delete(one); other.destroy(); });
    }
  });
  wires.push(server);
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return { url: `http://127.0.0.1:${server.address().port}`, cut: () => open.forEach((socket) => socket.destroy()) };
}

before(async () => {
  [ann, bob] = await Promise.all([register("ann_of_node"), register("bob_of_node")]);
});
after(async () => {
  await Promise.all(connections.map((connection) => connection.stop()));
  wires.forEach((server) => server.close());
});

test("it negotiates, joins, and hears a comment at once", PATIENCE, async () => {
  const light = await post(ann, "first light");
  const feed = await started(bob, "feed");
  assert.equal(feed.state, HubConnectionState.Connected);
  assert.ok(feed.connectionId);
  assert.equal(await feed.invoke("JoinPostGroup", light.postId), null);
  const heard = next(feed, "CommentAdded");
  const said = await comment(ann, light, "still dark here");
  const [argument, ...others] = await heard;
  assert.deepEqual(others, []);
  assert.equal(argument.commentId, said.commentId);
  assert.equal(argument.postCounters.comments, 1);
  const deleted = next(feed, "CommentDeleted");
  await call(ann, "DELETE", `/api/comments/${said.commentId}`);
  assert.deepEqual(await deleted, [{ commentId: said.commentId, postId: light.postId }]);
});

test("errors are the caller's alone, and calls made at once are all answered", PATIENCE, async () => {
  const feed = await started(bob, "feed");
  await assert.rejects(feed.invoke("JoinPostGroup", "00000000-0000-4000-8000-000000000000"), /you may not see it/);
  await assert.rejects(feed.invoke("JoinPostGroup"), /provides 0 argument/);
  await assert.rejects(feed.invoke("NoSuchMethod"), /Method does not exist/);
  const answers = await Promise.all(Array.from({ length: 30 }, () => feed.invoke("Heartbeat")));
  assert.deepEqual(new Set(answers), new Set([null]));
});

test("it connects without negotiation too", PATIENCE, async () => {
  const options = { skipNegotiation: true, transport: HttpTransportType.WebSockets };
  const inbox = await started(bob, "notifications", { options });
  assert.equal(await inbox.invoke("Heartbeat"), null);
});

test("it is refused without a good token", PATIENCE, async () => {
  const nobody = hub({ accessToken: "" }, "feed");
  await assert.rejects(nobody.start(), /401/);
  await assert.rejects(hub({ accessToken: "x" }, "feed").start(), /401/);
  await assert.rejects(hub(bob, "chat").start(), /404/);
});

test("it comes back by itself after its socket is cut, and joins again", PATIENCE, async () => {
  const light = await post(ann, "second light");
  const network = await wire();
  const feed = await started(bob, "feed", { at: network.url });
  const first = feed.connectionId;
  const back = new Promise((resolve) => { feed.onreconnected(resolve); });
  network.cut();
  assert.notEqual(await back, first);
  await feed.invoke("JoinPostGroup", light.postId);
  const heard = next(feed, "CommentAdded");
  await comment(ann, light, "again");
  assert.equal((await heard)[0].text, "again");
});

test("a gateway sends it on", PATIENCE, async () => {
  const light = await post(ann, "third light");
  const feed = await started(bob, "feed", { at: gateway });
  assert.ok(feed.baseUrl.startsWith(gateway));
  await feed.invoke("JoinPostGroup", light.postId);
  const heard = next(feed, "CommentAdded");
  await comment(ann, light, "around the corner");
  assert.equal((await heard)[0].text, "around the corner");
});

test("logging out closes it, and it does not come back", PATIENCE, async () => {
  const cid = await register("cid_of_node");
  const [feed, inbox] = await Promise.all([started(cid, "feed"), started(cid, "notifications", { at: gateway })]);
  const others = await started(bob, "feed");
  const ends = Promise.all([closed(feed), closed(inbox)]);
  for (const connection of [feed, inbox]) {
    connection.onreconnecting(() => assert.fail("it tries to come back"));
    await connection.invoke("Heartbeat");
  }
  await call(cid, "POST", "/api/auth/logout");
  assert.deepEqual(await ends, ["no error", "no error"]);
  assert.equal(feed.state, HubConnectionState.Disconnected);
  assert.equal(await others.invoke("Heartbeat"), null);
});
