// A browser against a running Kith: a page of another origin, and the page of the documentation.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, site, watched } from "./browser.mjs";
import { PATIENCE, required } from "./environment.mjs";

const kith = required("KITH_URL");
const clips = { "/clip": required("CLIP"), "/turned": required("TURNED") };
const PROCESSING = { timeout: 150_000 };
let chromium, served;

before(async () => {
  served = await site(clips);
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  served?.close();
});

/** The player's page, which knows where Kith is. */
async function player() {
  const page = await watched(chromium);
  page.setDefaultTimeout(PROCESSING.timeout);
  await page.goto(served.url);
  await page.evaluate((api) => { app.api = api; }, kith);
  return page;
}

test("a page of another origin may call, and read answers and refusals", PATIENCE, async () => {
  const page = await player();
  const registered = await page.evaluate(() => app.register("cora"));
  assert.equal(registered.status, 201);
  assert.equal(registered.location, "/api/auth/me");
  assert.ok(registered.requestId);
  const me = await page.evaluate(() => app.call("GET", "/api/auth/me"));
  assert.deepEqual([me.status, me.body.username], [200, "cora"]);
  assert.deepEqual(page.wrong, []);
  const refused = await page.evaluate(() => app.call("GET", "/api/auth/me", undefined, "nonsense"));
  assert.deepEqual([refused.status, refused.body.code], [401, "invalid_token"]);
  await page.close();
});

test("a page uploads a real clip, hears how it is processed, and plays it", PROCESSING, async () => {
  const page = await player();
  await page.evaluate(() => app.register("dora"));
  assert.ok(await page.evaluate(() => app.listen()), "a connection has an id");
  const { videoId, statuses } = await page.evaluate(() => app.upload("By the sea", "/clip"));
  assert.deepEqual(statuses, [201, 200, 201]);
  const { video, progress } = await processed(page);
  assert.deepEqual([video.videoId, video.uploadStatus, video.title], [videoId, "ready", "By the sea"]);
  assert.ok(progress.length > 0 && progress.every((now, n) => n === 0 || now >= progress[n - 1]), `rising: ${progress}`);
  assert.deepEqual([video.width, video.height], [1280, 720]);
  await plays(page, video);
  await page.close();
});

test("a short that a phone turned plays upright", PROCESSING, async () => {
  const page = await player();
  await page.evaluate(() => app.register("eda"));
  await page.evaluate(() => app.listen());
  await page.evaluate(() => app.upload("Upright", "/turned", "shorts/"));
  const { video } = await processed(page);
  assert.deepEqual([video.type, video.width < video.height], ["short", true]);
  const [level] = await page.evaluate((url) => app.play(url), video.hlsManifestUrl);
  assert.deepEqual(level, { width: video.width, height: video.height });
  await page.waitForFunction(() => app.seen().ended);
  const { width, height } = await page.evaluate(() => app.seen());
  assert.deepEqual({ width, height }, level);
  assert.deepEqual(page.wrong, []);
  await page.close();
});

/** Waits until the hub says that processing has ended well; answers the video and the progress that was told until then. */
async function processed(page) {
  await page.waitForFunction(() => app.told.some(([event]) => event !== "VideoProcessingProgress"));
  const told = await page.evaluate(() => app.told);
  const end = told.findIndex(([event]) => event !== "VideoProcessingProgress");
  const [event, video] = told[end];
  assert.equal(event, "VideoProcessingCompleted", JSON.stringify(video));
  return { video, progress: told.slice(0, end).map(([, argument]) => argument.progress) };
}

/** Plays it with hls.js from the lowest level, changes to the best on the way, and sees its end. */
async function plays(page, video) {
  const levels = await page.evaluate((url) => app.play(url), video.hlsManifestUrl);
  const stream = await page.evaluate((id) => app.call("GET", `/api/videos/${id}/stream`), video.videoId);
  const qualities = stream.body.qualities.map(({ width, height }) => ({ width, height }));
  assert.deepEqual(levels, qualities.reverse(), "what the playlist offers is what the API says, lowest first here");
  assert.ok(levels.length > 1);
  const best = levels.length - 1;

  const low = await page.evaluate((level) => app.change(0.5, level), best);
  assert.deepEqual({ width: low.width, height: low.height }, levels[0]);
  assert.ok(Math.abs(low.duration - video.duration) < 0.2, `${low.duration} of ${video.duration} seconds`);
  assert.ok(low.colours > 50, "there is a picture");
  await page.waitForFunction(({ width, height }) => {
    const seen = app.seen();
    return seen.width === width && seen.height === height;
  }, levels[best]);
  await page.waitForFunction(() => app.seen().ended);
  const end = await page.evaluate(() => app.seen());
  assert.ok(end.currentTime > video.duration - 0.2 && end.frames > 24 && end.sound > 0, JSON.stringify(end));

  const complaints = await page.evaluate(() => app.complaints);
  assert.deepEqual(complaints.filter(({ fatal }) => fatal), []);
  assert.deepEqual(page.wrong, []);
}

for (const [size, viewport] of [["a desk", { width: 1280, height: 800 }], ["a phone", { width: 390, height: 844 }]]) {
  test(`the documentation shows and finds every endpoint on ${size}`, PATIENCE, async () => {
    const page = await watched(chromium, { viewport });
    await page.goto(`${kith}/api/docs`);
    await page.waitForSelector("details");
    const { paths } = await (await fetch(`${kith}/api/openapi.json`)).json();
    const endpoints = Object.values(paths).flatMap((item) => Object.keys(item));
    assert.equal(await page.locator("details").count(), endpoints.length);

    await page.getByRole("searchbox").fill("post /api/auth/login");
    const found = page.locator("details:visible");
    assert.equal(await found.count(), 1);
    await found.locator("summary").click();
    assert.match(await found.innerText(), /"identifier"/);
    const tooWide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll("table")]
      .filter((part) => part.getBoundingClientRect().right > innerWidth || part.scrollWidth > innerWidth).length);
    assert.equal(tooWide, 0, "nothing sticks out at the side");
    assert.deepEqual(page.wrong, []);
    await page.close();
  });
}
