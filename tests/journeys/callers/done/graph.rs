//! What people have to do with each other.

use super::{Doing, id};
use serde_json::{Value, json};

pub(super) async fn all(doing: &Doing<'_>) {
    let [ann, bob, cid] = doing.kith.people(["gr_ann", "gr_bob", "gr_cid"]).await;
    for person in [&ann, &bob, &cid] {
        doing.just(person, "GET /api/profiles/me", &[]).await;
    }
    let private = json!({ "displayName": "Ann", "isPrivate": true });
    doing
        .call(&ann, "PUT /api/profiles/{userId}", &[&id(&ann)], private)
        .await;
    let asks = "POST /api/profiles/{userId}/follow";
    doing.just(&bob, asks, &[&id(&ann)]).await;
    doing.just(&cid, asks, &[&id(&ann)]).await;
    doing
        .just(&ann, "GET /api/profiles/me/follow-requests", &[])
        .await;
    let answers = |what: &str| format!("POST /api/profiles/me/follow-requests/{{userId}}/{what}");
    doing.just(&ann, &answers("accept"), &[&id(&bob)]).await;
    doing.just(&ann, &answers("reject"), &[&id(&cid)]).await;
    doing
        .just(&bob, "GET /api/profiles/{userId}/followers", &[&id(&ann)])
        .await;
    doing
        .just(&ann, "DELETE /api/profiles/{userId}/follower", &[&id(&bob)])
        .await;

    // everybody who asked follows an account that becomes public
    doing.just(&cid, asks, &[&id(&ann)]).await;
    let public = json!({ "displayName": "Ann", "isPrivate": false });
    doing
        .call(&ann, "PUT /api/profiles/{userId}", &[&id(&ann)], public)
        .await;
    doing.kith.settled().await;
    doing.just(&ann, asks, &[&id(&bob)]).await;
    doing.just(&cid, "GET /api/profiles/suggestions", &[]).await;
    doing
        .just(&ann, "DELETE /api/profiles/{userId}/follow", &[&id(&bob)])
        .await;
    doing.just(&bob, asks, &[&id(&ann)]).await;

    for what in ["mute", "block"] {
        let at = format!("/api/profiles/{{userId}}/{what}");
        doing.just(&ann, &format!("POST {at}"), &[&id(&bob)]).await;
        doing
            .just(&ann, &format!("GET /api/profiles/me/{what}s"), &[])
            .await;
        doing.just(&ann, &format!("DELETE {at}"), &[&id(&bob)]).await;
    }
    doing.kith.settled().await;
    inbox(doing, &ann).await;
}

/// What all of this has left in somebody's inbox.
async fn inbox(doing: &Doing<'_>, ann: &testkit::Person) {
    let mut entries = Value::Null;
    doing
        .kith
        .until("somebody was told", async || {
            entries = doing.just(ann, "GET /api/notifications", &[]).await;
            entries["items"].as_array().is_some_and(|items| !items.is_empty())
        })
        .await;
    doing.just(ann, "GET /api/notifications/unread-count", &[]).await;
    doing
        .just(ann, "POST /api/notifications/mark-all-read", &[])
        .await;
    let first = &entries["items"][0]["notificationId"];
    doing
        .just(ann, "DELETE /api/notifications/{notificationId}", &[first])
        .await;
}
