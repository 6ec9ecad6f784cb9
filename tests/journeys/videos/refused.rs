//! What is no video, or not a whole one, fails with a reason that a person understands.

use super::clips::{clip, png};
use super::{begin, describe, executions, path, processed, put, told, upload};
use serde_json::json;
use testkit::{Kith, Person};

/// Uploads `bytes` and checks that they fail once, for `code`.
async fn fails(kith: &Kith, person: &Person, bytes: &[u8], code: &str) -> String {
    let path = upload(kith, person, bytes).await;
    let video = processed(kith, person, &path).await;
    assert_eq!(video["failure"]["code"], code, "{video}");
    assert_eq!(
        (&video["progress"], video.get("hlsManifestUrl")),
        (&json!(0), None)
    );
    video["failure"]["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn pictures_and_pieces_are_no_videos() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let whole = clip("320x180", 2).await;
    let detail = fails(&kith, &ann, &png().await, "not_a_video").await;
    assert_eq!(detail, "The file is not a video in a format that we know.");
    let detail = fails(&kith, &ann, &whole[..whole.len() / 2], "cut_off").await;
    assert!(detail.contains("upload it again"), "{detail}");
    fails(&kith, &ann, b"just words", "not_a_video").await;

    assert_eq!(told(&ann, "video_failed").await, 3);
    let executions = executions(&kith).await;
    assert_eq!(executions.len(), 3);
    for execution in &executions {
        assert_eq!(
            (
                &execution["tasks"][0]["status"],
                &execution["tasks"][0]["attempt"]
            ),
            (&json!("succeeded"), &json!(0))
        );
    }
}

#[tokio::test]
async fn a_short_is_vertical() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let bytes = clip("320x180", 1).await;
    let new = json!({ "contentType": "video/mp4", "sizeBytes": bytes.len(), "type": "short" });
    let ticket = ann.post("/api/videos/upload-url", new).await.expect(201);
    put(&kith, &ticket, &bytes).await.expect(200);
    let video = processed(&kith, &ann, &path(&ticket)).await;
    assert_eq!(video["failure"]["code"], "short_not_vertical", "{video}");
}

#[tokio::test]
async fn a_failed_video_is_its_uploader_s_alone() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let mut hub = ann.hub("video").await;
    let bytes = b"no video at all";
    let ticket = begin(&ann, bytes).await;
    let path = path(&ticket);
    describe(&ann, &path, "By the sea").await.expect(201);
    put(&kith, &ticket, bytes).await.expect(200);
    let heard = hub.next("VideoProcessingFailed").await;
    let video = ann.get(&path).await.expect(200);
    assert_eq!(
        (&heard["videoId"], &heard["failure"]),
        (&video["videoId"], &video["failure"])
    );
    bob.get(&path).await.problem(404, "not_found");
    ann.get(&format!("{path}/stream")).await.problem(409, "not_ready");
}
