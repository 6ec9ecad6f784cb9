//! What is a video becomes one that plays.

use super::clips::{clip, probe, rotated, streams};
use super::{begin, describe, path, processed, put, told, upload};
use serde_json::{Value, json};
use testkit::{Kith, Person};

const PLAYLIST: &str = "application/vnd.apple.mpegurl";

/// The addresses in a playlist, made whole.
fn named(playlist: &str, at: &str) -> Vec<String> {
    let folder = at.rsplit_once('/').unwrap().0;
    let lines = playlist.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| format!("{folder}/{line}")).collect()
}

/// Fetches an object that everybody may read and cache; a playlist's text is the answer.
async fn fetch(nobody: &Person, url: &str, kind: &str) -> String {
    let answer = nobody.request(reqwest::Method::GET, url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    assert_eq!(answer.headers()["content-type"], kind, "{url}");
    assert_eq!(
        answer.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    let bytes = answer.bytes().await.unwrap();
    assert!(!bytes.is_empty(), "{url}");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_clip_becomes_a_video_that_everybody_can_play() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let path = upload(&kith, &ann, &clip("854x480", 2).await).await;
    let video = processed(&kith, &ann, &path).await;
    assert_eq!(
        (&video["uploadStatus"], &video["progress"]),
        (&json!("ready"), &json!(100))
    );
    assert_eq!(
        (&video["width"], &video["height"], &video["aspectRatio"]),
        (&json!(854), &json!(480), &json!("16:9"))
    );
    assert!((video["duration"].as_f64().unwrap() - 2.0).abs() < 0.1, "{video}");
    assert_eq!(video.get("publishedAt"), None, "it has no title");

    for stranger in [&bob, &kith.nobody()] {
        stranger.get(&path).await.problem(404, "not_found");
        stranger
            .get(&format!("{path}/stream"))
            .await
            .problem(404, "not_found");
    }
    ann.get(&format!("{path}/stream")).await.expect(200);
    let titled = describe(&ann, &path, "By the sea").await.expect(201);
    assert!(titled["publishedAt"].is_string());
    kith.settled().await;

    let seen = kith.nobody().get(&path).await;
    assert_eq!((seen.cost("reads"), seen.cost("redis")), (1, 0));
    let seen = seen.expect(200);
    assert_eq!(seen, titled);
    everything_is_there(&kith, &seen).await;

    assert_eq!(told(&ann, "video_ready").await, 1);
    let profile = bob
        .get(&format!("/api/profiles/{}", ann.user_id))
        .await
        .expect(200);
    assert_eq!(profile["counts"]["videos"], 1);
    for event in [
        "video.upload_completed",
        "video.processing_completed",
        "video.published",
    ] {
        assert_eq!(kith.published("videos", event).await.len(), 1, "{event}");
    }
}

/// Every name of the video leads to its file, and a player finds the whole ladder.
async fn everything_is_there(kith: &Kith, video: &Value) {
    let nobody = kith.nobody();
    let thumbnails = video["thumbnails"].as_array().unwrap();
    assert_eq!((thumbnails.len(), &thumbnails[0]), (4, &video["thumbnailUrl"]));
    for thumbnail in thumbnails {
        fetch(&nobody, thumbnail.as_str().unwrap(), "image/jpeg").await;
    }
    let stream = nobody.get(&format!("{}/stream", path(video))).await.expect(200);
    let master = stream["hlsManifestUrl"].as_str().unwrap();
    assert_eq!(video["hlsManifestUrl"], master);
    let qualities = stream["qualities"].as_array().unwrap();
    let names: Vec<&str> = qualities
        .iter()
        .map(|quality| quality["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["480p", "360p"], "never above the source");

    let text = fetch(&nobody, master, PLAYLIST).await;
    let playlists: Vec<&str> = qualities
        .iter()
        .map(|quality| quality["url"].as_str().unwrap())
        .collect();
    assert_eq!(named(&text, master), playlists);
    for (quality, playlist) in qualities.iter().zip(playlists) {
        assert_eq!(
            video["transcodedUrls"][quality["name"].as_str().unwrap()],
            playlist
        );
        assert!(
            text.contains(&format!("BANDWIDTH={},", quality["bandwidth"])),
            "{text}"
        );
        let segments = named(&fetch(&nobody, playlist, PLAYLIST).await, playlist);
        fetch(&nobody, &segments[0], "video/iso.segment").await;
        let probed = probe(playlist).await;
        let picture = streams(&probed, "video")[0];
        assert_eq!(
            (&picture["width"], &picture["height"]),
            (&quality["width"], &quality["height"])
        );
        assert_eq!(picture["nb_read_frames"], "60");
    }
    assert_eq!(streams(&probe(master).await, "audio").len(), 1);
}

#[tokio::test]
async fn a_title_may_come_before_the_bytes() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let bytes = clip("320x180", 1).await;
    let ticket = begin(&ann, &bytes).await;
    let path = path(&ticket);
    let titled = describe(&ann, &path, "By the sea").await;
    assert_eq!((titled.cost("reads"), titled.cost("writes")), (1, 1));
    assert_eq!(titled.headers["etag"], "\"2\"");
    assert_eq!(titled.headers["location"], path);
    assert_eq!(titled.expect(201)["uploadStatus"], "uploading");
    bob.get(&path).await.problem(404, "not_found");
    ann.get(&format!("{path}/stream")).await.problem(409, "not_ready");
    put(&kith, &ticket, &bytes).await.expect(200);
    processed(&kith, &ann, &path).await;
    let seen = bob.get(&path).await.expect(200);
    assert_eq!(
        (&seen["title"], &seen["uploadStatus"]),
        (&json!("By the sea"), &json!("ready"))
    );
    assert_eq!(kith.published("videos", "video.published").await.len(), 1);
}

#[tokio::test]
async fn a_clip_that_lies_on_its_side_stands_up() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let bytes = rotated("640x360", 1).await;
    let new = json!({ "contentType": "video/mp4", "sizeBytes": bytes.len() });
    let ticket = ann.post("/api/videos/shorts/upload-url", new).await.expect(201);
    put(&kith, &ticket, &bytes).await.expect(200);
    let video = processed(&kith, &ann, &path(&ticket)).await;
    assert_eq!(
        (&video["type"], &video["uploadStatus"]),
        (&json!("short"), &json!("ready"))
    );
    assert_eq!(
        (&video["width"], &video["height"], &video["aspectRatio"]),
        (&json!(360), &json!(640), &json!("9:16"))
    );
    let probed = probe(video["hlsManifestUrl"].as_str().unwrap()).await;
    let picture = streams(&probed, "video")[0];
    assert_eq!(
        (&picture["width"], &picture["height"]),
        (&json!(360), &json!(640))
    );
}

#[tokio::test]
async fn the_uploader_hears_how_far_it_is_and_that_it_is_done() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let mut hub = ann.hub("video").await;
    let path = upload(&kith, &ann, &clip("320x180", 2).await).await;
    let mut last = hub.next("VideoProcessingProgress").await;
    assert_eq!(path, super::path(&last));
    while last["progress"].as_u64().unwrap() < 99 {
        let next = hub.next("VideoProcessingProgress").await;
        assert!(
            next["progress"].as_u64() >= last["progress"].as_u64(),
            "{next} after {last}"
        );
        last = next;
    }
    let done = hub.next("VideoProcessingCompleted").await;
    assert_eq!(done, ann.get(&path).await.expect(200));
}
