// What an application's page does with Kith. The test calls `app` from outside.

/* global Hls, signalR */
"use strict";

const video = document.getElementById("video");

const app = {
  api: null,
  person: null,
  /** What the hub told, in order: `[event, argument]`. */
  told: [],
  /** What hls.js complained of. */
  complaints: [],

  async call(method, path, body, token = app.person?.accessToken) {
    const answer = await fetch(app.api + path, {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    const { status, headers } = answer;
    return { status, location: headers.get("location"), requestId: headers.get("x-request-id"), body: await answer.json() };
  },

  async register(username) {
    const answer = await app.call("POST", "/api/auth/register", {
      username, email: `${username}@example.com`, password: "correct horse battery", displayName: username,
    });
    app.person = answer.body;
    return answer;
  },

  /** Listens to what becomes of the person's videos; answers the transport that was taken. */
  async listen() {
    const hub = new signalR.HubConnectionBuilder()
      .withUrl(`${app.api}/hubs/video`, { accessTokenFactory: () => app.person.accessToken })
      .configureLogging(signalR.LogLevel.Warning)
      .build();
    for (const event of ["VideoProcessingProgress", "VideoProcessingCompleted", "VideoProcessingFailed"]) {
      hub.on(event, (argument) => { app.told.push([event, argument]); });
    }
    await hub.start();
    return hub.connectionId;
  },

  /** Sends the file that this page's own server has at `address`; answers the video's id. `kind` is empty or `shorts/`. */
  async upload(title, address, kind = "") {
    const clip = await (await fetch(address)).blob();
    const asked = await app.call("POST", `/api/videos/${kind}upload-url`, { contentType: "video/mp4", sizeBytes: clip.size });
    const { videoId, uploadUrl, method, headers } = asked.body;
    const sent = await fetch(uploadUrl, { method, headers, body: clip });
    const described = await app.call("POST", "/api/videos", { videoId, title });
    return { videoId, statuses: [asked.status, sent.status, described.status] };
  },

  /** Begins to play the lowest level and answers the levels to choose from. */
  play(manifest) {
    app.hls = new Hls();
    app.hls.on(Hls.Events.ERROR, (_, { fatal, details, error }) => app.complaints.push({ fatal, details, error: String(error) }));
    const parsed = new Promise((resolve) => { app.hls.on(Hls.Events.MANIFEST_PARSED, resolve); });
    app.hls.loadSource(manifest);
    app.hls.attachMedia(video);
    return parsed.then(async () => {
      app.hls.currentLevel = 0;
      await video.play();
      return app.hls.levels.map(({ width, height }) => ({ width, height }));
    });
  },

  /** Changes the level on the way, as soon as `second` is reached; answers what was seen until then. */
  change(second, level) {
    return new Promise((resolve) => {
      video.addEventListener("timeupdate", function look() {
        if (video.currentTime < second) return;
        video.removeEventListener("timeupdate", look);
        resolve({ ...app.seen(), colours: app.colours() });
        app.hls.currentLevel = level;
      });
    });
  },

  /** What is seen now. */
  seen() {
    const { videoWidth: width, videoHeight: height, currentTime, duration, ended } = video;
    const { totalVideoFrames: frames } = video.getVideoPlaybackQuality();
    return { width, height, currentTime, duration, ended, frames, sound: video.webkitAudioDecodedByteCount };
  },

  /** How many different colours a small copy of the present frame has. */
  colours() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0, 64, 36);
    return new Set(new Uint32Array(context.getImageData(0, 0, 64, 36).data.buffer)).size;
  },
};
