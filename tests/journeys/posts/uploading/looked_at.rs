//! What becomes of a form's pictures once they were looked at.

use super::super::path;
use crate::callers::costs::events_stay_in_budget;
use crate::form::{Form, pixel, send};
use crate::media::{NEWS, picture};
use image::GenericImageView;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

/// The post as `PostUpdated` has it once nothing of it is looked at any more.
async fn looked_at(feed: &mut testkit::HubClient) -> Value {
    loop {
        let told = feed.next("PostUpdated").await;
        let media = told["media"].as_array().unwrap();
        if media.iter().all(|media| media["status"] != "pending") {
            return told;
        }
    }
}

/// Posts a form whose pictures are looked at only when somebody watches; answers the post as it was at once, and as the watcher hears of it.
async fn watched(kith: &Kith, author: &Person, watcher: &Person, form: Form) -> (Value, Value) {
    kith.hold(NEWS).await;
    let post = send(author, form.end(), None).await.expect(201);
    let mut feed = watcher.hub("feed").await;
    feed.invoke("JoinPostGroup", json!([post["postId"]]))
        .await
        .unwrap();
    kith.release(NEWS).await;
    let told = looked_at(&mut feed).await;
    (post, told)
}

/// An image as anybody gets it: its media type and its size.
async fn fetched(kith: &Kith, url: &Value) -> (String, (u32, u32)) {
    let answer = kith.nobody().request(Method::GET, url.as_str().unwrap());
    let answer = answer.send().await.unwrap();
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let bytes = answer.bytes().await.unwrap();
    (kind, image::load_from_memory(&bytes).unwrap().dimensions())
}

#[tokio::test]
async fn pictures_are_shown_once_they_were_looked_at_and_who_looks_hears_of_it() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let form = Form::default()
        .text("text", "first light")
        .text("alt", "the bay")
        .file(&picture(1_300, 40))
        .file(&pixel());
    let (post, told) = watched(&kith, &ann, &bob, form).await;
    for media in post["media"].as_array().unwrap() {
        assert_eq!((&media["status"], media.get("url")), (&json!("pending"), None));
    }
    let shown = kith.nobody().get(&path(&post)).await;
    assert_eq!(
        shown.headers["etag"], "\"1\"",
        "a picture that is settled is no edit"
    );
    let shown = shown.expect(200);
    assert_eq!(shown["media"], told["media"], "who looks hears what others read");
    assert_eq!(shown.get("editedAt"), None);

    let [wide, small] = [0, 1].map(|index| &shown["media"][index]);
    for (media, size) in [(wide, (1_300, 40)), (small, (1, 1))] {
        assert_eq!(
            (&media["type"], &media["status"], &media["contentType"]),
            (&json!("image"), &json!("ready"), &json!("image/png"))
        );
        assert_eq!(
            (&media["width"], &media["height"]),
            (&json!(size.0), &json!(size.1))
        );
        assert_eq!(media["blurhash"].as_str().unwrap().len(), 28);
        assert_eq!(
            fetched(&kith, &media["url"]).await,
            ("image/png".to_owned(), size)
        );
    }
    assert_eq!((&wide["alt"], small.get("alt")), (&json!("the bay"), None));
    assert_eq!(small["variants"], json!([]), "nothing is smaller");
    let variants = wide["variants"].as_array().unwrap();
    for (variant, size) in variants.iter().zip([(320, 9), (640, 19), (1_280, 39)]) {
        assert_eq!(
            (&variant["width"], &variant["height"]),
            (&json!(size.0), &json!(size.1))
        );
        assert_eq!(
            fetched(&kith, &variant["url"]).await,
            ("image/webp".to_owned(), size)
        );
    }
    assert_eq!(variants.len(), 3);

    let id = |media: &Value| json!({ "mediaId": media["mediaId"] });
    let order = json!({ "media": [id(small), id(wide)] });
    let changed = ann.put(&path(&post), order).await.expect(200);
    assert_eq!(&changed["media"][0], small, "an edit keeps what was found");
    kith.settled().await;
    let media = format!("/api/media/{}", wide["mediaId"].as_str().unwrap());
    assert_eq!(ann.get(&media).await.expect(200)["attached"], true);
}

#[tokio::test]
async fn what_only_begins_like_a_picture_is_turned_down_afterwards() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let lie = [&pixel()[..20], &b"nothing of a picture"[..]].concat();
    let form = Form::default().file(&lie).file(&pixel());
    let (post, told) = watched(&kith, &ann, &bob, form).await;
    let statuses = |post: &Value| {
        let media = post["media"].as_array().unwrap().iter();
        media
            .map(|media| media["status"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses(&told), ["rejected", "ready"]);
    let rejected = &told["media"][0];
    let known = rejected.as_object().unwrap().keys().map(String::as_str);
    assert_eq!(
        known.collect::<Vec<_>>(),
        ["mediaId", "status", "type", "variants"]
    );
    // its author takes it away
    let rest = json!({ "media": [{ "mediaId": told["media"][1]["mediaId"] }] });
    assert_eq!(
        statuses(&ann.put(&path(&post), rest).await.expect(200)),
        ["ready"]
    );
    kith.settled().await;
    events_stay_in_budget(&kith).await;
}
