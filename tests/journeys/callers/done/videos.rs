//! A video, from its announcement to what is said of it; and one that is none.

use super::{Doing, id};
use crate::videos::{clips::clip, processed, upload};
use serde_json::{Value, json};

pub(super) async fn all(doing: &Doing<'_>) {
    let [ann, bob] = doing.kith.people(["vi_ann", "vi_bob"]).await;
    doing.kith.settled().await;
    let rings = json!({ "notify": "all" });
    doing
        .call(&bob, "POST /api/profiles/{userId}/follow", &[&id(&ann)], rings)
        .await;
    ann.posts("waves are coming").await;
    let broken = upload(doing.kith, &ann, b"no video").await;
    let path = upload(doing.kith, &ann, &clip("320x180", 1).await).await;
    let video = json!(path.rsplit('/').next().unwrap());
    let title = json!({ "videoId": video, "title": "waves" });
    doing.call(&ann, "POST /api/videos", &[], title).await;
    assert_eq!(processed(doing.kith, &ann, &path).await["uploadStatus"], "ready");
    processed(doing.kith, &ann, &broken).await;

    let video = &[&video];
    doing.just(&bob, "GET /api/videos/{videoId}", video).await;
    doing.just(&bob, "GET /api/videos/{videoId}/stream", video).await;
    let said = json!({ "text": "what a wave" });
    doing
        .call(&bob, "POST /api/videos/{videoId}/comments", video, said)
        .await;
    doing
        .just(&ann, "GET /api/videos/{videoId}/comments", video)
        .await;
    let at = "/api/videos/{videoId}/reactions";
    let like = json!({ "type": "like" });
    doing.call(&bob, &format!("POST {at}"), video, like).await;
    doing.kith.settled().await;
    doing.just(&ann, &format!("GET {at}"), video).await;
    let nothing: Value = doing.just(&bob, &format!("DELETE {at}"), video).await;
    assert_eq!(nothing, Value::Null);
}
