//! Whatever is doubled, late, lost or foreign, media come out the same.

use super::{NEWS, begin, examined, nothing_stays, path, pictures, put, stored, upload};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use testkit::Kith;

#[tokio::test]
async fn every_message_thrice_in_any_order_makes_it_ready_once() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.shuffle(2, 7).await;
    let mut paths = Vec::new();
    for width in [100, 400, 700] {
        paths.push(upload(&kith, &ann, "image/png", &pictures::png(width, 60)).await);
    }
    for path in &paths {
        let media = examined(&kith, &ann, path).await;
        assert_eq!(media["status"], "ready");
        assert_eq!(ann.get(path).await.headers["etag"], "\"2\"", "begun, ready");
    }
    let told = kith.published("media", "media.uploaded").await;
    let ids: BTreeSet<String> = told.iter().map(|event| event["mediaId"].to_string()).collect();
    assert_eq!((told.len(), ids.len()), (3, 3));
    assert_eq!(stored(&kith, "media-uploads").await, Vec::<String>::new());
    assert_eq!(stored(&kith, "media").await.len(), 1 + 2 + 3);
}

#[tokio::test]
async fn news_of_deleted_media_comes_too_late() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.hold(NEWS).await;
    let early = begin(&ann, "image/png", &pictures::png(30, 30)).await;
    ann.delete(&path(&early)).await.expect(204);
    put(&kith, &early, &pictures::png(30, 30)).await.expect(200);
    let late = upload(&kith, &ann, "image/png", &pictures::png(400, 30)).await;
    ann.delete(&late).await.expect(204);
    kith.release(NEWS).await;
    kith.settled().await;
    nothing_stays(&kith).await;
    ann.get(&late).await.problem(404, "not_found");
    assert_eq!(kith.published("media", "media.uploaded").await.len(), 0);
}

#[tokio::test]
async fn an_object_of_nobody_s_is_left_alone() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let bucket = format!("{}-media-uploads", kith.at.project);
    for name in ["notes.txt", "received/x/y/z.png"] {
        let path = format!(
            "/upload/storage/v1/b/{bucket}/o?uploadType=media&name={}",
            name.replace('/', "%2F")
        );
        kith.emulator(Method::POST, &path, Some(json!({ "by": "somebody else" })))
            .await
            .ok();
    }
    // signed for a media that never was
    let unknown =
        format!("/upload/storage/v1/b/{bucket}/o?uploadType=media&name=7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a");
    kith.emulator(Method::POST, &unknown, Some(json!({}))).await.ok();
    let path = upload(&kith, &ann, "image/png", &pictures::png(30, 30)).await;
    assert_eq!(examined(&kith, &ann, &path).await["status"], "ready");
    assert_eq!(
        stored(&kith, "media-uploads").await,
        ["notes.txt", "received/x/y/z.png"]
    );
}

#[tokio::test]
async fn lost_news_are_found_by_the_sweep() {
    let kith = Kith::start_with(&[("MEDIA_OVERDUE_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.pause_schedule("media-sweep").await;
    kith.hold(NEWS).await;
    let path = upload(&kith, &ann, "image/png", &pictures::png(30, 30)).await;
    assert_eq!(ann.get(&path).await.expect(200)["status"], "pending");
    kith.run_schedule("media-sweep").await;
    kith.until("the sweep has found it", async || {
        ann.get(&path).await.expect(200)["status"] == "ready"
    })
    .await;
    kith.release(NEWS).await;
    kith.settled().await;
    assert_eq!(ann.get(&path).await.headers["etag"], "\"2\"");
    assert_eq!(kith.published("media", "media.uploaded").await.len(), 1);
}

#[tokio::test]
async fn cloud_storage_may_be_away_for_a_moment() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.hold(NEWS).await;
    let path = upload(&kith, &ann, "image/png", &pictures::png(400, 30)).await;
    kith.fault(json!({ "service": "storage", "kind": "unavailable", "times": 3 }))
        .await;
    kith.release(NEWS).await;
    let media = examined(&kith, &ann, &path).await;
    assert_eq!(media["status"], "ready", "{media}");
    assert_eq!(stored(&kith, "media").await.len(), 2);
    assert_eq!(stored(&kith, "media-uploads").await, Vec::<String>::new());
}
