// A real browser, and a server for a page of another origin than Kith's.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--autoplay-policy=no-user-gesture-required",
];

/** Chromium without a window; its profile is a temporary folder of its own. */
export function browser() {
  assert.ok(existsSync(EXECUTABLE), `${EXECUTABLE} is missing: run scripts/test, or install Debian's package chromium`);
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: FLAGS });
}

/** A page that keeps what went wrong in it in `wrong`: messages of the console, exceptions, requests that failed or left this machine. */
export async function watched(from, options) {
  const page = await from.newPage(options);
  page.wrong = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.wrong.push(message.text()); });
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && hostname !== "127.0.0.1") page.wrong.push(`asked for ${request.url()}`);
  });
  return page;
}

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const FILES = {
  "/": ["text/html; charset=utf-8", file("player.html")],
  "/player.js": ["text/javascript", file("player.js")],
  "/hls.js": ["text/javascript", file("node_modules/hls.js/dist/hls.min.js")],
  "/signalr.js": ["text/javascript", file("node_modules/@microsoft/signalr/dist/browser/signalr.min.js")],
};

/** Serves the player and clips (paths of files by their addresses) on a port of its own. */
export async function site(clips) {
  const served = Object.entries(clips).map(([address, path]) => [address, ["video/mp4", path]]);
  const files = { ...FILES, ...Object.fromEntries(served) };
  const server = createServer((request, response) => {
    const [type, path] = files[request.url] ?? [];
    response.writeHead(path ? 200 : 404, { "content-type": type ?? "text/plain" });
    if (path) createReadStream(path).pipe(response);
    else response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => { server.close(); server.closeAllConnections(); },
  };
}
