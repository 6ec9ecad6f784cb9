//! What the words in braces stand for: things of the owner's, made when a row names them.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::{Kith, Person};

/// Things by name.
pub(super) type Things = BTreeMap<String, String>;

/// Makes what `names` names, and what that needs.
pub(super) async fn made(kith: &Kith, owner: &Person, names: &[String]) -> Things {
    let known = [("userId", &owner.user_id), ("username", &owner.username)];
    let mut things: Things = known
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    for name in names {
        make(kith, owner, name, &mut things).await;
    }
    things
}

async fn make(kith: &Kith, owner: &Person, name: &str, things: &mut Things) {
    if things.contains_key(name) {
        return;
    }
    let thing = match name {
        "newName" => format!("n{}", &uuid::Uuid::new_v4().simple().to_string()[..12]),
        "tag" => "dawn".to_owned(),
        "postId" => {
            let post = json!({ "text": "for followers", "visibility": "followers" });
            id(&owner.post("/api/posts", post).await.expect(201), "postId")
        }
        "commentId" => {
            let post = json!({ "postId": post(kith, owner, things).await });
            id(&owner.comments(&post, "first").await, "commentId")
        }
        "videoId" => {
            let upload = json!({ "contentType": "video/mp4", "sizeBytes": 1000 });
            let video = owner.post("/api/videos/upload-url", upload).await.expect(201);
            id(&video, "videoId")
        }
        "reportId" => {
            let post = post(kith, owner, things).await;
            let fan = kith.minted("fan", &[]);
            super::people::follows(&fan, owner).await;
            let report = json!({ "subject": "post", "id": post, "reason": "spam" });
            id(&fan.post("/api/reports", report).await.expect(201), "reportId")
        }
        "mediaId" => {
            let upload = json!({ "kind": "image", "contentType": "image/png", "sizeBytes": 1000 });
            let media = owner.post("/api/media/upload-url", upload).await.expect(201);
            id(&media, "mediaId")
        }
        "notificationId" => {
            let post = post(kith, owner, things).await;
            notification(kith, owner, &post).await
        }
        "sessionId" => {
            let sessions = owner.get("/api/auth/sessions").await.expect(200);
            id(&sessions["items"][0], "sessionId")
        }
        "provider" => "own".to_owned(),
        // nobody's
        "erasureId" | "exportId" => uuid::Uuid::new_v4().to_string(),
        other => panic!("nothing is called {other}: say here how it is made"),
    };
    things.insert(name.to_owned(), thing);
}

/// The owner's post.
async fn post(kith: &Kith, owner: &Person, things: &mut Things) -> String {
    Box::pin(make(kith, owner, "postId", things)).await;
    things["postId"].clone()
}

/// An entry of the owner's inbox: somebody who follows them has reacted to this very post.
async fn notification(kith: &Kith, owner: &Person, post: &str) -> String {
    let fan = kith.minted("fan", &[]);
    super::people::follows(&fan, owner).await;
    let path = format!("/api/posts/{post}/reactions");
    fan.post(&path, json!({ "type": "like" })).await.expect(201);
    let target = format!("post:{post}");
    let mut found = None;
    kith.until("the owner has heard of it", async || {
        let newest = owner.get("/api/notifications").await.expect(200);
        let entries = newest["items"].as_array().unwrap();
        let entry = entries.iter().find(|entry| entry["target"] == target.as_str());
        found = entry.map(|entry| id(entry, "notificationId"));
        found.is_some()
    })
    .await;
    found.unwrap()
}

fn id(thing: &Value, field: &str) -> String {
    thing[field].as_str().unwrap().to_owned()
}
