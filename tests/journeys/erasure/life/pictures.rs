//! What she uploaded: pictures that are shown, one that is not, one that never came, a file, a form.

use super::Life;
use crate::media::{announced_image, begin, pictures::png, put, ready_image};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

pub(super) async fn all(kith: &Kith, life: &Life) {
    let (ann, name) = (&life.ann, life.name);
    let image = async || ready_image(kith, ann).await["mediaId"].clone();
    let (avatar, banner, shown) = (image().await, image().await, image().await);
    // never attached, and never sent
    image().await;
    announced_image(ann).await;
    let edit = json!({
        "displayName": format!("{name} the First"), "bio": format!("the life of {name}"), "website": format!("https://{name}.example"),
        "location": format!("{name}ville"), "avatarMediaId": avatar, "bannerMediaId": banner,
    });
    ann.put(&format!("/api/profiles/{}", ann.user_id), edit)
        .await
        .expect(200);
    let body = json!({ "text": format!("a picture of {name}"), "media": [{ "mediaId": shown, "alt": format!("{name} at sea") }] });
    ann.post("/api/posts", body).await.expect(201);
    file(kith, ann, name).await;
    form(ann, name).await;
    // announced with its bytes, and looked at by nobody who is asked
    let picture = png(40, 30);
    let ticket = begin(ann, "image/png", &picture).await;
    put(kith, &ticket, &picture).await.expect(200);
    kith.settled().await;
}

async fn file(kith: &Kith, ann: &Person, name: &str) {
    let bytes = format!("{name} was here");
    let new = json!({
        "kind": "file", "contentType": "text/plain", "sizeBytes": bytes.len(), "fileName": format!("{name}-holiday.txt"),
    });
    let ticket: Value = ann.post("/api/media/upload-url", new).await.expect(201);
    put(kith, &ticket, bytes.as_bytes()).await.expect(200);
}

/// A post whose picture comes with it.
async fn form(ann: &Person, name: &str) {
    let boundary = "----kith-form";
    let text = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na form of {name}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}.png\"\r\nContent-Type: image/png\r\n\r\n"
    );
    let end = format!("\r\n--{boundary}--\r\n");
    let body = [text.as_bytes(), &png(30, 40), end.as_bytes()].concat();
    let request = ann.request(Method::POST, "/api/posts").header(
        "content-type",
        format!("multipart/form-data; boundary={boundary}"),
    );
    ann.send(request.body(body)).await.expect(201);
}
