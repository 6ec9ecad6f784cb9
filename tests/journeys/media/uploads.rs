//! Announcing an upload, and what the signed address holds the uploader to.

use super::{BEGIN, begin, examined, nothing_stays, path, pictures, put, stored, upload};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

#[tokio::test]
async fn an_announcement_is_checked() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let image = |content_type: &str, size: u64| json!({ "kind": "image", "contentType": content_type, "sizeBytes": size });
    let file = |content_type: &str, size: u64| json!({ "kind": "file", "contentType": content_type, "sizeBytes": size });
    for (body, pointer, code) in [
        (image("image/heic", 1), "/contentType", "unsupported_type"),
        (image("application/pdf", 1), "/contentType", "unsupported_type"),
        (file("text/html", 1), "/contentType", "unsupported_type"),
        (image("image/png", 0), "/sizeBytes", "too_small"),
        (image("image/png", 10_485_761), "/sizeBytes", "too_large"),
        (file("application/pdf", 104_857_601), "/sizeBytes", "too_large"),
        (
            json!({ "kind": "file", "contentType": "text/csv", "sizeBytes": 1, "fileName": "../x" }),
            "/fileName",
            "not_a_name",
        ),
    ] {
        let problem = ann.post(BEGIN, body).await.problem(422, "invalid");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!(pointer), &json!(code))
        );
    }
    for kind in ["video", "audio", "anything"] {
        let body = json!({ "kind": kind, "contentType": "video/mp4", "sizeBytes": 1 });
        ann.post(BEGIN, body).await.problem(400, "malformed_body");
    }
    for body in [
        json!({ "kind": "image", "contentType": "image/png" }),
        json!({ "kind": "image", "contentType": "image/png", "sizeBytes": -1 }),
        json!({ "kind": "image", "contentType": "image/png", "sizeBytes": 1, "alt": "x" }),
    ] {
        ann.post(BEGIN, body).await.problem(400, "malformed_body");
    }
    kith.nobody()
        .post(BEGIN, image("image/png", 1))
        .await
        .problem(401, "missing_token");

    let answer = ann.post(BEGIN, image("Image/JPG; q=1", 10_485_760)).await;
    assert_eq!((answer.cost("reads"), answer.cost("writes")), (0, 1));
    let location = answer.headers["location"].clone();
    let ticket = answer.expect(201);
    assert_eq!(location, path(&ticket));
    assert_eq!(ticket["contentType"], "image/jpeg");
    assert_eq!(ticket["path"], ticket["mediaId"]);
    assert!(ticket["publicUrl"].as_str().unwrap().ends_with("/original.jpg"));
    let media = ann.get(&location).await;
    assert_eq!((media.cost("reads"), media.cost("writes")), (1, 0));
    let media = media.expect(200);
    assert_eq!(
        (&media["status"], &media["attached"]),
        (&json!("pending"), &json!(false))
    );
    assert_eq!(media["publicUrl"], ticket["publicUrl"]);
}

#[tokio::test]
async fn the_same_key_is_the_same_media_with_a_new_address() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let png = pictures::png(20, 20);
    let send = async |person: &Person, size: usize| -> Answer {
        let request = person
            .request(Method::POST, BEGIN)
            .header("idempotency-key", "k1");
        let body = json!({ "kind": "image", "contentType": "image/png", "sizeBytes": size });
        person.send(request.json(&body)).await
    };
    let first = send(&ann, png.len()).await.expect(201);
    let again = send(&ann, png.len()).await;
    assert_eq!(
        (again.cost("reads"), again.cost("writes")),
        (2, 0),
        "the kept answer is looked for, and the media"
    );
    let again = again.expect(201);
    assert_eq!(
        (&first["mediaId"], &first["publicUrl"]),
        (&again["mediaId"], &again["publicUrl"])
    );
    put(&kith, &again, &png).await.expect(200);
    send(&ann, 8).await.problem(422, "idempotency_key_reused");
    let other = send(&bob, png.len()).await.expect(201);
    assert_ne!(other["mediaId"], first["mediaId"]);
    assert_eq!(examined(&kith, &ann, &path(&first)).await["status"], "ready");
}

#[tokio::test]
async fn the_address_takes_only_what_was_announced_and_only_once() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let png = pictures::png(20, 20);
    let ticket = begin(&ann, "image/png", &png).await;
    let changed = |name: &str, value: &str| {
        let mut ticket = ticket.clone();
        ticket["headers"][name] = json!(value);
        ticket
    };
    for wrong in [
        changed("content-type", "text/html"),
        changed("x-goog-content-length-range", "0,999999"),
        changed("x-goog-if-generation-match", "7"),
    ] {
        let refused = put(&kith, &wrong, &png).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
    for bytes in [&png[1..], &[&png[..], b"x"].concat()] {
        assert_eq!(put(&kith, &ticket, bytes).await.status, 400, "{}", bytes.len());
    }
    let url = ticket["uploadUrl"].as_str().unwrap();
    let mut elsewhere = ticket.clone();
    let id = ticket["mediaId"].as_str().unwrap();
    elsewhere["uploadUrl"] = json!(url.replace(id, "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a"));
    assert_eq!(put(&kith, &elsewhere, &png).await.status, 403);
    nothing_stays(&kith).await;

    kith.hold(super::NEWS).await;
    put(&kith, &ticket, &png).await.expect(200);
    let other = pictures::png(20, 20).into_iter().rev().collect::<Vec<u8>>();
    assert_eq!(
        put(&kith, &ticket, &other).await.status,
        412,
        "the bytes are there already"
    );
    let raw = url.split('?').next().unwrap();
    assert_eq!(kith.nobody().get(raw).await.status, 403, "uploads are private");
    let public = ticket["publicUrl"].as_str().unwrap();
    assert_eq!(
        kith.nobody().get(public).await.status,
        404,
        "and nothing is public yet"
    );
    kith.release(super::NEWS).await;
    examined(&kith, &ann, &path(&ticket)).await;
    assert_eq!(kith.nobody().get(public).await.status, 200);
    // after all is done the address is still good for its time, and for nothing
    put(&kith, &ticket, &png).await.expect(200);
    kith.until("what nobody waits for is deleted", async || {
        stored(&kith, "media-uploads").await.is_empty()
    })
    .await;
    kith.settled().await;
    assert_eq!(kith.published("media", "media.uploaded").await.len(), 1);
}

#[tokio::test]
async fn an_address_is_good_for_its_time() {
    let kith = Kith::start_with(&[("UPLOAD_URL_SECONDS", "1")]).await;
    let [ann] = kith.people(["ann"]).await;
    let ticket = begin(&ann, "image/png", b"12").await;
    kith.until("the address is too old", async || {
        // of the wrong length, so that it is not taken before
        let refused = put(&kith, &ticket, b"1").await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        refused.body.to_string().contains("ExpiredToken")
    })
    .await;
}

#[tokio::test]
async fn a_large_upload_comes_in_parts() {
    let kith = Kith::start_with(&[("MEDIA_RESUMABLE_ABOVE_BYTES", "1000")]).await;
    let [ann] = kith.people(["ann"]).await;
    let noise = image::RgbImage::from_fn(400, 300, |x, y| {
        let dot = (x * 7919 + y * 104_729) ^ (x * y);
        image::Rgb([0, 8, 16].map(|shift| u8::try_from((dot >> shift) % 256).unwrap()))
    });
    let png = pictures::encoded(&noise, image::ImageFormat::Png);
    assert!(png.len() > 262_144, "{}", png.len());
    let ticket = begin(&ann, "image/png", &png).await;
    assert_eq!(ticket["method"], "POST");
    let session = put(&kith, &ticket, b"").await;
    assert_eq!(session.status, 201, "{}", session.body);
    let session = session.headers["location"].clone();
    let part = async |from: usize, to: usize| {
        let range = format!("bytes {from}-{}/{}", to - 1, png.len());
        let request = kith
            .nobody()
            .request(Method::PUT, &session)
            .header("content-range", range);
        kith.nobody().send(request.body(png[from..to].to_vec())).await
    };
    assert_eq!(part(0, 262_144).await.status, 308);
    assert_eq!(ann.get(&path(&ticket)).await.expect(200)["status"], "pending");
    part(262_144, png.len()).await.expect(200);
    let media = examined(&kith, &ann, &path(&ticket)).await;
    assert_eq!(
        (&media["status"], &media["width"]),
        (&json!("ready"), &json!(400))
    );
}

#[tokio::test]
async fn media_are_their_owners_to_see_and_to_delete() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let path = upload(&kith, &ann, "image/png", &pictures::png(700, 20)).await;
    let media = examined(&kith, &ann, &path).await;
    assert_eq!(
        stored(&kith, "media").await.len(),
        3,
        "the original and two variants"
    );
    for other in [&bob, &kith.minted("mod", &["moderator"])] {
        other.get(&path).await.problem(404, "not_found");
        other.delete(&path).await.problem(404, "not_found");
    }
    kith.nobody().get(&path).await.problem(401, "missing_token");
    ann.get("/api/media/none").await.problem(404, "not_found");
    ann.delete("/api/media/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a")
        .await
        .problem(404, "not_found");

    let stale = ann.request(Method::DELETE, &path).header("if-match", "\"1\"");
    ann.send(stale).await.problem(412, "stale");
    let tag = ann.get(&path).await.headers["etag"].clone();
    let current = ann.request(Method::DELETE, &path).header("if-match", tag);
    let deleted = ann.send(current).await;
    assert_eq!((deleted.cost("reads"), deleted.cost("writes")), (1, 1));
    deleted.expect(204);
    ann.get(&path).await.problem(404, "not_found");
    let again = ann.delete(&path).await;
    assert_eq!((again.cost("reads"), again.cost("writes")), (1, 0));
    again.expect(204);
    bob.delete(&path).await.problem(404, "not_found");
    nothing_stays(&kith).await;
    let addresses = media["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| &variant["url"]);
    for url in addresses.chain([&media["publicUrl"]]).map(Value::as_str) {
        assert_eq!(kith.nobody().get(url.unwrap()).await.status, 404);
    }
}
