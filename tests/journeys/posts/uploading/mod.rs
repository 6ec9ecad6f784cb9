//! Posts that come as a form with their pictures.

mod looked_at;
mod passing;

use super::path;
use crate::form::{Form, pixel, send};
use reqwest::Method;
use serde_json::json;
use testkit::Kith;

/// The sizes of the stored objects whose names begin so. When somebody looks at them, they are gone soon.
async fn stored(kith: &Kith, prefix: &str) -> Vec<String> {
    let bucket = format!("{}-media-uploads", kith.at.project);
    let list = format!("/storage/v1/b/{bucket}/o?prefix={prefix}");
    let list = kith.emulator(Method::GET, &list, None).await.expect(200);
    let items = list["items"].as_array().cloned().unwrap_or_default();
    items
        .iter()
        .map(|item| item["size"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pictures_come_with_their_post_and_are_stored_as_they_are() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let large = [pixel(), vec![7; 3 * 1024 * 1024]].concat();
    let form = Form::default()
        .text("text", "first light #dawn")
        .text("alt", "the bay")
        .file(&pixel())
        .text("replyPolicy", "followers")
        .file(&large)
        .end();
    let made = send(&ann, form, None).await;
    assert_eq!((made.headers["etag"].as_str(), made.cost("writes")), ("\"1\"", 2));
    let post = made.expect(201);
    assert_eq!(
        (&post["tags"], &post["replyPolicy"]),
        (&json!(["dawn"]), &json!("followers"))
    );
    let media = post["media"].as_array().unwrap();
    assert_eq!((&media[0]["alt"], media[1].get("alt")), (&json!("the bay"), None));
    for (media, bytes) in media.iter().zip([pixel(), large]) {
        assert_eq!((&media["status"], media.get("url")), (&json!("pending"), None));
        let name = format!("received/{}/{}/", ann.user_id, media["mediaId"].as_str().unwrap());
        let found = stored(&kith, &name).await;
        assert!(
            found.is_empty() || found == [bytes.len().to_string()],
            "{found:?}"
        );
    }
    // an edit keeps them, in another order too
    let order =
        json!([{ "mediaId": media[1]["mediaId"] }, { "mediaId": media[0]["mediaId"], "alt": "a bay" }]);
    let changed = ann.put(&path(&post), json!({ "media": order })).await.expect(200);
    assert_eq!(changed["media"][0]["mediaId"], media[1]["mediaId"]);
    assert_eq!(changed["media"][1]["alt"], "a bay");
}

#[tokio::test]
async fn the_same_form_again_gets_the_first_answer() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let form = || Form::default().text("text", "once").file(&pixel());
    let first = send(&ann, form().end(), Some("k")).await;
    let again = send(&ann, form().end(), Some("k")).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let post = first.expect(201);
    assert_eq!(again.expect(201), post);
    for other in [
        form().text("visibility", "private"),
        Form::default()
            .text("text", "once")
            .file(b"\x89PNG\r\n\x1a\n...."),
    ] {
        send(&ann, other.end(), Some("k"))
            .await
            .problem(422, "idempotency_key_reused");
    }
    let json = ann
        .request(Method::POST, "/api/posts")
        .header("idempotency-key", "k");
    ann.send(json.json(&json!({ "text": "once" })))
        .await
        .problem(422, "idempotency_key_reused");
    assert_eq!(
        ann.all(&format!("/api/users/{}/posts", ann.user_id)).await.len(),
        1
    );
}

#[tokio::test]
async fn what_is_no_picture_or_too_much_is_refused() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let form = Form::default;
    let eleven = (0..11).fold(form(), |form, _| form.file(&pixel()));
    for (body, pointer) in [
        (form().end(), "/text"),
        (form().text("text", " ").end(), "/text"),
        (form().file(b"<svg/>").end(), "/media/0"),
        (form().file(&pixel()).file(b"").end(), "/media/1"),
        (eleven.end(), "/media"),
        (
            form().text("alt", &"é".repeat(1001)).file(&pixel()).end(),
            "/media/0/alt",
        ),
    ] {
        let problem = send(&ann, body, None).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    for (body, pointer) in [
        (form().text("colour", "red").end(), "/colour"),
        (form().text("text", "a").text("text", "b").end(), "/text"),
        (form().text("visibility", "friends").end(), "/visibility"),
        (form().text("alt", "nothing").end(), "/alt"),
    ] {
        let problem = send(&ann, body, None).await.problem(400, "malformed_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let large = [pixel(), vec![0; 10 * 1024 * 1024]].concat();
    send(&ann, form().file(&large).end(), None)
        .await
        .problem(413, "payload_too_large");
    for cut in [form().text("text", "x").0, form().file(&pixel()).0, Vec::new()] {
        send(&ann, cut, None).await.problem(400, "malformed_form");
    }
    let kind = "multipart/form-data; boundary=x";
    let comment = ann.posts("x").await;
    for (method, target) in [
        (Method::POST, format!("{}/comments", path(&comment))),
        (Method::PUT, format!("{}/pin", path(&comment))),
    ] {
        let request = ann.request(method, &target).header("content-type", kind);
        ann.send(request.body("--x--"))
            .await
            .problem(415, "unsupported_media_type");
    }
    assert_eq!(
        ann.all(&format!("/api/users/{}/posts", ann.user_id)).await.len(),
        1
    );
}
