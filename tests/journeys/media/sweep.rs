//! What nothing shows does not stay.

use super::{begin, examined, nothing_stays, path, pictures, upload};
use serde_json::json;
use testkit::{Kith, Person};

const SWEEP: &str = "media-sweep";

async fn swept(kith: &Kith, person: &Person, path: &str) {
    kith.until("it is swept", async || {
        kith.run_schedule(SWEEP).await;
        person.get(path).await.status == 404
    })
    .await;
}

#[tokio::test]
async fn what_was_never_attached_is_deleted() {
    let kith = Kith::start_with(&[
        ("MEDIA_UNATTACHED_SECONDS", "0"),
        ("MEDIA_OVERDUE_SECONDS", "3600"),
    ])
    .await;
    kith.pause_schedule(SWEEP).await;
    let [ann] = kith.people(["ann"]).await;
    let path = upload(&kith, &ann, "image/png", &pictures::png(700, 30)).await;
    assert_eq!(examined(&kith, &ann, &path).await["status"], "ready");
    swept(&kith, &ann, &path).await;
    kith.until("its objects are gone", async || {
        super::stored(&kith, "media").await.is_empty()
    })
    .await;
    nothing_stays(&kith).await;
    // its record stays for as long as it was kept, and goes then
    kith.until("it is forgotten", async || {
        kith.run_schedule(SWEEP).await;
        ann.delete(&path).await.status == 404
    })
    .await;
}

#[tokio::test]
async fn what_is_not_old_enough_stays() {
    let kith = Kith::start_with(&[
        ("MEDIA_UNATTACHED_SECONDS", "3600"),
        ("MEDIA_OVERDUE_SECONDS", "0"),
    ])
    .await;
    kith.pause_schedule(SWEEP).await;
    let [ann] = kith.people(["ann"]).await;
    let path = upload(&kith, &ann, "image/png", &pictures::png(30, 30)).await;
    let before = examined(&kith, &ann, &path).await;
    let waits = begin(&ann, "image/png", b"x").await;
    kith.run_schedule(SWEEP).await;
    kith.settled().await;
    assert_eq!(ann.get(&path).await.expect(200), before);
    assert_eq!(
        ann.get(&self::path(&waits)).await.expect(200)["status"],
        "pending"
    );
}

#[tokio::test]
async fn an_upload_that_never_came_is_given_up() {
    let kith = Kith::start_with(&[("MEDIA_UNATTACHED_SECONDS", "0"), ("MEDIA_OVERDUE_SECONDS", "0")]).await;
    kith.pause_schedule(SWEEP).await;
    let [ann] = kith.people(["ann"]).await;
    let ticket = begin(&ann, "image/png", b"x").await;
    let path = path(&ticket);
    swept(&kith, &ann, &path).await;
    kith.settled().await;
    let told = kith.published("media", "media.rejected").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["failure"]["code"], json!("never_arrived"));
}
