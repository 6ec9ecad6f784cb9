//! The same engine under videos.

use super::{path, texts};
use cloud::{Cloud, Collection, Document};
use contracts::Timestamp;
use runtime::Context;
use serde::{Deserialize, Serialize};
use serde_json::json;
use testkit::{Kith, Person};

/// A video of which everything is done: no FFmpeg is needed to talk about one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    video_id: String,
    user_id: String,
    title: String,
    published_at: Timestamp,
}

impl Document for Published {
    fn id(&self) -> String {
        self.video_id.clone()
    }
}

/// Makes such a video; answers its id.
pub(crate) async fn published(kith: &Kith, owner: &Person) -> String {
    let context = Context::new("videos", &kith.environment()).unwrap();
    let cloud: &Cloud = context.cloud();
    let video = Published {
        video_id: uuid::Uuid::new_v4().to_string(),
        user_id: owner.user_id.clone(),
        title: "Waves".to_owned(),
        published_at: cloud.clock().now(),
    };
    cloud
        .commit()
        .create(Collection::new("videos"), &video)
        .await
        .unwrap();
    video.video_id
}

#[tokio::test]
async fn videos_are_talked_about_as_posts_are() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let video = published(&kith, &ann).await;
    let (comments, reactions) = (
        format!("/api/videos/{video}/comments"),
        format!("/api/videos/{video}/reactions"),
    );
    let first = bob
        .post(&comments, json!({ "text": "what a wave" }))
        .await
        .expect(201);
    assert_eq!(first["subject"], format!("video:{video}"));
    let reply = json!({ "text": "thanks", "parentCommentId": first["commentId"] });
    let reply = ann.post(&comments, reply).await.expect(201);
    let second = bob.post(&comments, json!({ "text": "again" })).await.expect(201);
    bob.post(&format!("{}/reactions", path(&second)), json!({ "type": "haha" }))
        .await
        .expect(201);
    for person in [&ann, &bob] {
        person
            .post(&reactions, json!({ "type": "wow" }))
            .await
            .expect(201);
        person
            .post(&reactions, json!({ "type": "wow" }))
            .await
            .expect(201);
    }
    bob.delete(&reactions).await.expect(204);
    kith.settled().await;

    let nobody = kith.nobody();
    let all = |sort: &str| format!("{comments}?sort={sort}&limit=1");
    assert_eq!(texts(&nobody.all(&all("newest")).await), ["again", "what a wave"]);
    assert_eq!(texts(&nobody.all(&all("oldest")).await), ["what a wave", "again"]);
    assert_eq!(texts(&nobody.all(&all("top")).await), ["again", "what a wave"]);
    let replies = nobody.all(&format!("{}/replies", path(&first))).await;
    assert_eq!(replies[0]["commentId"], reply["commentId"]);
    let who = nobody.all(&format!("{reactions}?type=wow&limit=1")).await;
    assert_eq!(who.len(), 1);
    assert_eq!(who[0]["user"]["username"], "ann");
    ann.delete(&path(&first)).await.expect(204);
    assert_eq!(
        bob.get(&path(&first)).await.expect(200)["deleted"],
        true,
        "the owner may"
    );
    let told = kith.published("posts", "comment.created").await;
    assert!(
        told.iter()
            .all(|event| event["subjectOwnerId"] == ann.user_id.as_str())
    );

    let hidden = ann
        .post(
            "/api/videos/upload-url",
            json!({ "contentType": "video/mp4", "sizeBytes": 10 }),
        )
        .await
        .expect(201);
    let hidden = format!("/api/videos/{}/comments", hidden["videoId"].as_str().unwrap());
    bob.post(&hidden, json!({ "text": "x" }))
        .await
        .problem(404, "not_found");
    bob.get(&hidden).await.problem(404, "not_found");
}
