//! An erasure while everything around it breaks: doubled, late and lost messages, commits that are aborted or whose answer is lost, a function that is away.

use super::{delete, nothing_is_found, report};
use crate::media::ready_image;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Kith, Person};

const FUNCTIONS: [&str; 6] = ["auth", "media", "notifications", "posts", "profiles", "videos"];

#[tokio::test]
async fn whatever_breaks_everybody_reports_once_and_nothing_is_found() {
    if testkit::left_out() {
        return;
    }
    let quick = [
        ("ERASURE_PAUSE_SECONDS", "1"),
        ("ERASURE_PATIENCE_SECONDS", "2"),
        ("ERASURE_STINT_SECONDS", "0"),
    ];
    let kith = Kith::start_with(&quick).await;
    let [ann, bob] = kith.people(["alexandra", "bob"]).await;
    acts(&kith, &ann, &bob).await;
    kith.settled().await;

    breaks(&kith).await;
    kith.hold("notifications-account-deleted").await;
    let begun = delete(&ann).await;
    // a function is away: the others go on, and it is told again and again
    kith.until(
        "all others have reported, and who is silent was told again",
        async || {
            pursue(&kith).await;
            let so_far = report(&kith, &begun).await;
            let told = kith.published("identity", "account.deleted").await;
            reporters(&so_far).len() == FUNCTIONS.len() - 1 && told.len() > 2
        },
    )
    .await;
    assert_eq!(report(&kith, &begun).await["state"], "erasing");
    kith.forget_everything().await;
    kith.release("notifications-account-deleted").await;
    let mut last = Value::Null;
    kith.until("it is erased", async || {
        pursue(&kith).await;
        last = report(&kith, &begun).await;
        last["state"] == "erased"
    })
    .await;
    mends(&kith).await;
    settles(&kith).await;
    nothing_is_found(&kith, &[&ann.user_id, "alexandra"], &last).await;
    assert_eq!(reporters(&last), FUNCTIONS, "{last}");

    // long after, all that was said of it is said once more
    again(&kith).await;
    settles(&kith).await;
    let after = report(&kith, &begun).await;
    assert_eq!(after, last);
    nothing_is_found(&kith, &[&ann.user_id, "alexandra"], &after).await;
}

/// Who has reported, each as often as the report names them.
fn reporters(report: &Value) -> Vec<&str> {
    let parts = report["erased"].as_array().unwrap();
    let names: Vec<&str> = parts
        .iter()
        .map(|part| part["function"].as_str().unwrap())
        .collect();
    let once: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), once.len(), "{report}");
    names
}

async fn acts(kith: &Kith, ann: &Person, bob: &Person) {
    for person in [ann, bob] {
        person.get("/api/profiles/me").await.expect(200);
    }
    ann.follows(bob).await;
    bob.follows(ann).await;
    let image = ready_image(kith, ann).await;
    let body = json!({ "text": "alexandra", "media": [{ "mediaId": image["mediaId"] }] });
    let mine = ann.post("/api/posts", body).await.expect(201);
    let theirs = bob.posts("words of his to @alexandra").await;
    for at in 0..5 {
        ann.comments(&theirs, &format!("alexandra says {at}")).await;
        bob.comments(&mine, "he says").await;
        ann.posts(&format!("alexandra {at}")).await;
    }
    let reactions = format!("/api/posts/{}/reactions", theirs["postId"].as_str().unwrap());
    ann.post(&reactions, json!({ "type": "love" })).await.expect(201);
}

/// Every message comes twice and in any order; every fifth commit is aborted, every tenth happens and does not say so, every fourth publishing fails.
async fn breaks(kith: &Kith) {
    kith.shuffle(1, testkit::seed()).await;
    for fault in [
        json!({ "service": "firestore", "method": "Commit", "kind": "aborted", "probability": 0.2, "seed": testkit::seed() }),
        json!({ "service": "firestore", "method": "Commit", "kind": "unavailable", "after": true, "probability": 0.1, "seed": testkit::seed() }),
        json!({ "service": "pubsub", "method": "Publish", "kind": "unavailable", "probability": 0.25, "seed": testkit::seed() }),
        json!({ "service": "storage", "method": "DeleteObject", "kind": "unavailable", "times": 10 }),
    ] {
        kith.fault(fault).await;
    }
}

async fn mends(kith: &Kith) {
    let path = format!("/_emulator/faults?project={}", kith.at.project);
    let ended = kith.emulator(Method::DELETE, &path, None).await;
    assert_eq!(ended.status, 204);
}

/// What the clock would do.
async fn pursue(kith: &Kith) {
    kith.run_schedule("auth-accounts").await;
    for function in FUNCTIONS {
        kith.run_schedule(&format!("{function}-outbox-sweep")).await;
    }
}

/// Settles, and helps what could not be published.
async fn settles(kith: &Kith) {
    kith.until("every outbox is empty", async || {
        pursue(kith).await;
        let mut waiting = 0;
        for function in FUNCTIONS {
            waiting += kith.waiting(function).await;
        }
        waiting == 0
    })
    .await;
    kith.settled().await;
}

/// Publishes every message about accounts once more.
async fn again(kith: &Kith) {
    let project = &kith.at.project;
    let topic = format!("projects/{project}/topics/identity");
    let path = format!("/_emulator/pubsub/messages?topic={topic}");
    let told = kith.emulator(Method::GET, &path, None).await.ok();
    let messages: Vec<Value> = told["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| json!({ "data": message["data"], "attributes": message["attributes"] }))
        .collect();
    assert!(messages.len() > 10, "{}", messages.len());
    let body = json!({ "messages": messages });
    kith.emulator(Method::POST, &format!("/v1/{topic}:publish"), Some(body))
        .await
        .ok();
}
