//! How large and how long things may be, and where they are served from.

use super::{BEGIN, begin, examined, path, pictures, put, ready_image, upload};
use serde_json::{Value, json};
use testkit::Kith;

#[tokio::test]
async fn an_image_has_so_many_pixels_at_most() {
    let kith = Kith::start_with(&[("IMAGE_MOST_PIXELS", "10000")]).await;
    let [ann] = kith.people(["ann"]).await;
    for (width, status, failure) in [
        (100, "ready", &Value::Null),
        (101, "rejected", &json!("too_many_pixels")),
    ] {
        let path = upload(&kith, &ann, "image/png", &pictures::png(width, 100)).await;
        let media = examined(&kith, &ann, &path).await;
        assert_eq!(
            (&media["status"], &media["failure"]["code"]),
            (&json!(status), failure)
        );
    }
}

#[tokio::test]
async fn an_image_that_takes_too_long_is_given_up() {
    let kith = Kith::start_with(&[("IMAGE_EXAMINATION_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    let picture = pictures::png(4_000, 3_000);
    let ticket = begin(&ann, "image/png", &picture).await;
    put(&kith, &ticket, &picture).await.expect(200);
    let media = examined(&kith, &ann, &path(&ticket)).await;
    assert_eq!(
        (&media["status"], &media["failure"]["code"]),
        (&json!("rejected"), &json!("too_complex"))
    );
    super::nothing_stays(&kith).await;
}

#[tokio::test]
async fn an_address_is_good_for_a_quarter_of_an_hour_and_above_8_megabytes_it_begins_a_session() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    for (size, method) in [(8 << 20, "PUT"), ((8 << 20) + 1, "POST")] {
        let new = json!({ "kind": "image", "contentType": "image/png", "sizeBytes": size });
        let ticket = ann.post(BEGIN, new).await.expect(201);
        assert_eq!(ticket["method"], method, "{size}");
        let url = ticket["uploadUrl"].as_str().unwrap();
        assert!(url.contains("X-Goog-Expires=900&"), "{url}");
    }
}

#[tokio::test]
async fn what_everybody_may_see_comes_from_the_cdn() {
    let kith = Kith::start_with(&[("CDN_URL", "https://cdn.example")]).await;
    let [ann] = kith.people(["ann"]).await;
    let from = format!("https://cdn.example/{}-media/", kith.project());
    let is_the_cdns = |url: &Value| url.as_str().unwrap().starts_with(&from);
    let ticket = begin(&ann, "image/png", b"x").await;
    assert!(is_the_cdns(&ticket["publicUrl"]), "{ticket}");
    let upload = ticket["uploadUrl"].as_str().unwrap();
    assert!(
        upload.starts_with(&kith.url()),
        "bytes go to Cloud Storage itself"
    );
    let image = ready_image(&kith, &ann).await;
    assert!(is_the_cdns(&image["publicUrl"]), "{image}");
    let post = json!({ "text": "", "media": [{ "mediaId": image["mediaId"] }] });
    let post = ann.post("/api/posts", post).await.expect(201);
    let shown = &post["media"][0];
    let variants = shown["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| &variant["url"]);
    for url in variants.chain([&shown["url"]]) {
        assert!(is_the_cdns(url), "{url}");
    }
    let profile = json!({ "displayName": "Ann", "avatarMediaId": image["mediaId"] });
    let profile = ann
        .put(&format!("/api/profiles/{}", ann.user_id), profile)
        .await
        .expect(200);
    assert!(is_the_cdns(&profile["avatarUrl"]), "{profile}");
}
