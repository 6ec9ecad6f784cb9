//! Posts, what stands under them, and what is made of them.

use super::{Doing, id};
use crate::media::ready_image;
use serde_json::{Value, json};
use testkit::Person;

pub(super) async fn all(doing: &Doing<'_>) {
    let [ann, bob] = doing.kith.people(["po_ann", "po_bob"]).await;
    doing.kith.settled().await;
    bob.follows(&ann).await;
    let image = ready_image(doing.kith, &ann).await;
    let new = json!({
        "text": "first light #dawn @po_bob", "media": [{ "mediaId": image["mediaId"], "alt": "the sun" }],
    });
    let post = doing.call(&ann, "POST /api/posts", &[], new).await;
    let post = &post["postId"];
    let avatar =
        json!({ "displayName": "Ann", "avatarMediaId": ready_image(doing.kith, &ann).await["mediaId"] });
    doing
        .call(&ann, "PUT /api/profiles/{userId}", &[&id(&ann)], avatar)
        .await;
    doing.kith.settled().await;

    doing.just(&bob, "GET /api/feed", &[]).await;
    doing
        .just(&bob, "GET /api/tags/{tag}/posts", &[&json!("dawn")])
        .await;
    doing
        .just(&bob, "GET /api/users/{userId}/posts", &[&id(&ann)])
        .await;
    for (person, what) in [(&bob, "bookmark"), (&ann, "pin")] {
        let at = format!("/api/posts/{{postId}}/{what}");
        doing.just(person, &format!("PUT {at}"), &[post]).await;
        doing.just(&bob, "GET /api/bookmarks", &[]).await;
        doing.just(person, &format!("DELETE {at}"), &[post]).await;
    }
    shares(doing, &bob, post).await;
    said(doing, &ann, &bob, post).await;
    moderated(doing, &bob, post).await;
}

async fn shares(doing: &Doing<'_>, bob: &Person, post: &Value) {
    let share = "POST /api/posts/{postId}/share";
    doing.call(bob, share, &[post], json!({ "text": "look" })).await;
    let shared = doing.call(bob, share, &[post], json!({})).await;
    doing.kith.settled().await;
    doing
        .just(bob, "DELETE /api/posts/{postId}", &[&shared["postId"]])
        .await;
}

/// Comments and reactions, which are taken back.
async fn said(doing: &Doing<'_>, ann: &Person, bob: &Person, post: &Value) {
    let like = json!({ "type": "like" });
    let comments = "POST /api/posts/{postId}/comments";
    let first = json!({ "text": "early, @po_ann" });
    let comment = doing.call(bob, comments, &[post], first).await;
    let comment = &comment["commentId"];
    let reply = json!({ "text": "very", "parentCommentId": comment });
    let reply = doing.call(ann, comments, &[post], reply).await;
    for (at, thing) in [
        ("/api/posts/{postId}/reactions", post),
        ("/api/comments/{commentId}/reactions", comment),
    ] {
        doing
            .call(ann, &format!("POST {at}"), &[thing], like.clone())
            .await;
        doing
            .call(bob, &format!("POST {at}"), &[thing], like.clone())
            .await;
        doing.kith.settled().await;
        doing.just(bob, &format!("GET {at}"), &[thing]).await;
        doing.just(bob, &format!("DELETE {at}"), &[thing]).await;
    }
    doing
        .just(ann, "GET /api/comments/{commentId}/replies", &[comment])
        .await;
    doing.just(ann, "GET /api/posts/{postId}/comments", &[post]).await;
    for gone in [comment, &reply["commentId"]] {
        let author = if gone == comment { bob } else { ann };
        doing
            .just(author, "DELETE /api/comments/{commentId}", &[gone])
            .await;
    }
}

async fn moderated(doing: &Doing<'_>, bob: &Person, post: &Value) {
    let report = json!({ "subject": "post", "id": post, "reason": "spam" });
    let report = doing.call(bob, "POST /api/reports", &[], report).await;
    let moderator = doing.kith.minted("po_mod", &["moderator"]);
    doing.just(&moderator, "GET /api/moderation/reports", &[]).await;
    let resolve = "POST /api/moderation/reports/{reportId}/resolve";
    let decision = json!({ "action": "remove" });
    doing
        .call(&moderator, resolve, &[&report["reportId"]], decision)
        .await;
}
