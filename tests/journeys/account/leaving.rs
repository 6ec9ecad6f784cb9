//! Leaving for a while, or for good.

use super::scan;
use serde_json::{Value, json};
use testkit::{Kith, PASSWORD, Person};

const DELETE: &str = "/api/auth/account/delete";
const DEACTIVATE: &str = "/api/auth/account/deactivate";

fn password() -> Value {
    json!({ "password": PASSWORD })
}

async fn login(kith: &Kith, name: &str) -> testkit::Answer {
    let body = json!({ "identifier": name, "password": PASSWORD });
    kith.nobody().post("/api/auth/login", body).await
}

/// Waits until the report says that all is erased; the schedule is asked for, not waited for.
pub(super) async fn erased(kith: &Kith, report: &Value) -> Value {
    let path = format!(
        "/api/auth/account/erasures/{}",
        report["erasureId"].as_str().unwrap()
    );
    let mut last = Value::Null;
    kith.until("it is erased", async || {
        kith.run_schedule("auth-accounts").await;
        last = kith.nobody().get(&path).await.expect(200);
        last["state"] == "erased"
    })
    .await;
    kith.settled().await;
    last
}

#[tokio::test]
async fn who_leaves_proves_that_they_are_the_owner() {
    let kith = Kith::start_with(&[("LOGIN_FAILURES", "2")]).await;
    let [ann] = kith.people(["ann"]).await;
    for path in [DELETE, DEACTIVATE] {
        kith.nobody()
            .post(path, password())
            .await
            .problem(401, "missing_token");
    }
    let wrong = json!({ "password": "wrong horse battery" });
    ann.post(DELETE, wrong.clone())
        .await
        .problem(403, "wrong_password");
    ann.post(DEACTIVATE, wrong).await.problem(403, "wrong_password");
    ann.post(DELETE, password())
        .await
        .problem(429, "too_many_requests");
    ann.get("/api/auth/me").await.expect(200);
}

#[tokio::test]
async fn a_deactivated_account_comes_back_with_its_owner() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    ann.get("/api/profiles/me").await.expect(200);
    kith.settled().await;
    ann.post(DEACTIVATE, password()).await.expect(204);
    let exchange = json!({ "refreshToken": ann.refresh_token });
    bob.post("/api/auth/refresh", exchange)
        .await
        .problem(401, "invalid_refresh_token");
    kith.settled().await;
    let profile = format!("/api/profiles/{}", ann.user_id);
    bob.get(&profile).await.problem(404, "not_found");
    let told = kith.published("identity", "account.deactivated").await;
    assert_eq!(told.len(), 1);

    // the sweep leaves it alone: its time has not come
    kith.run_schedule("auth-accounts").await;
    let back = login(&kith, "ann").await.expect(200);
    assert_eq!(back["user"]["userId"], ann.user_id.as_str());
    kith.settled().await;
    bob.get(&profile).await.expect(200);
    assert_eq!(kith.published("identity", "account.restored").await.len(), 1);
    login(&kith, "ann").await.expect(200);
    kith.settled().await;
    assert_eq!(kith.published("identity", "account.restored").await.len(), 1);
}

#[tokio::test]
async fn a_deactivated_account_is_erased_when_its_owner_does_not_come_back() {
    let kith = Kith::start_with(&[("DEACTIVATED_SECONDS", "0"), ("ERASURE_PAUSE_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    ann.post(DEACTIVATE, password()).await.expect(204);
    kith.until("nobody can sign in any more", async || {
        kith.run_schedule("auth-accounts").await;
        kith.settled().await;
        kith.published("identity", "account.deleted").await.len() == 2
    })
    .await;
    login(&kith, "ann").await.problem(401, "invalid_credentials");
    kith.settled().await;
    let words = [ann.user_id.as_str(), "ann@example.com"];
    assert_eq!(scan::found(&kith, &words).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_deleted_account_is_gone_at_once_and_its_report_names_nobody() {
    let kith = Kith::start_with(&[("ERASURE_PAUSE_SECONDS", "3600")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    let answer = ann.post(DELETE, password()).await;
    assert_eq!(answer.cost("reads"), 1);
    let location = answer.headers["location"].clone();
    let report = answer.expect(202);
    assert_eq!(report["state"], "erasing");
    assert!(location.ends_with(report["erasureId"].as_str().unwrap()));
    ann.get("/api/auth/me").await.problem(401, "invalid_token");
    ann.post(DELETE, password()).await.problem(401, "invalid_token");
    login(&kith, "ann").await.problem(401, "invalid_credentials");
    let exchange = json!({ "refreshToken": ann.refresh_token });
    kith.nobody()
        .post("/api/auth/refresh", exchange)
        .await
        .problem(401, "invalid_refresh_token");

    kith.settled().await;
    // the first round is over, the second waits for an hour
    let waiting = kith.nobody().get(&location).await.expect(200);
    assert_eq!(waiting["state"], "erasing");
    let erased: Vec<&str> = waiting["erased"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["function"].as_str().unwrap())
        .collect();
    assert!(erased.contains(&"auth") && erased.contains(&"posts"), "{waiting}");
    let remains = waiting["remains"].as_array().unwrap();
    assert!(remains.len() >= 4 && remains.iter().all(|kept| kept["until"].is_string()));
    assert!(!waiting.to_string().contains(&ann.user_id), "{waiting}");
    let unknown = format!("/api/auth/account/erasures/{}", uuid::Uuid::new_v4());
    kith.nobody().get(&unknown).await.problem(404, "not_found");
    // the name is free again
    kith.people(["ann"]).await;
}

/// Somebody who does everything that leaves a trace.
async fn everything(kith: &Kith, ann: &Person, bob: &Person, cid: &Person) {
    ann.follows(bob).await;
    bob.follows(ann).await;
    cid.follows(ann).await;
    let mine = ann.posts("words of hers").await;
    let theirs = bob.posts("words of his").await;
    let liked = |post: &Value| format!("/api/posts/{}/reactions", post["postId"].as_str().unwrap());
    ann.post(&liked(&theirs), json!({ "type": "love" }))
        .await
        .expect(201);
    bob.post(&liked(&mine), json!({ "type": "like" }))
        .await
        .expect(201);
    cid.post(&liked(&theirs), json!({ "type": "love" }))
        .await
        .expect(201);
    let said = ann.comments(&theirs, "she says").await;
    let reply = json!({ "text": "he says", "parentCommentId": said["commentId"] });
    let comments = format!("/api/posts/{}/comments", theirs["postId"].as_str().unwrap());
    bob.post(&comments, reply).await.expect(201);
    bob.comments(&mine, "he says to her").await;
    let keyed = ann
        .request(reqwest::Method::POST, "/api/posts")
        .header("idempotency-key", "a key of hers")
        .json(&json!({ "text": "kept for a repetition" }));
    ann.send(keyed).await.expect(201);
    let upload = json!({ "contentType": "video/mp4", "sizeBytes": 4 });
    let ticket = ann.post("/api/videos/upload-url", upload).await.expect(201);
    let mut put = kith
        .nobody()
        .request(reqwest::Method::PUT, ticket["uploadUrl"].as_str().unwrap());
    for (name, value) in ticket["headers"].as_object().unwrap() {
        put = put.header(name, value.as_str().unwrap());
    }
    kith.nobody().send(put.body("ann!")).await.expect(200);
    let edit = json!({ "displayName": "Annabel the First" });
    ann.put(&format!("/api/profiles/{}", ann.user_id), edit)
        .await
        .ok();
    ann.post_nothing("/api/auth/mfa/totp").await.expect(200);
    ann.post_nothing("/api/auth/export").await.expect(201);
    ann.post(
        "/api/auth/login",
        json!({ "identifier": "annabel", "password": PASSWORD }),
    )
    .await
    .expect(200);
    for person in [ann, bob, cid] {
        person.get("/api/feed").await.expect(200);
        person.get("/api/notifications").await.expect(200);
        person.get("/api/notifications/unread-count").await.expect(200);
        person
            .get(&format!("/api/profiles/{}", ann.user_id))
            .await
            .expect(200);
    }
    kith.settled().await;
}

#[tokio::test]
async fn nothing_is_found_of_a_person_who_did_everything() {
    if testkit::left_out() {
        return;
    }
    let quick = [("ERASURE_PAUSE_SECONDS", "1"), ("ERASURE_STINT_SECONDS", "0")];
    let kith = Kith::start_with(&quick).await;
    let [ann, bob, cid] = kith.people(["annabel", "bob", "cid"]).await;
    for person in [&ann, &bob, &cid] {
        person.get("/api/profiles/me").await.expect(200);
    }
    everything(&kith, &ann, &bob, &cid).await;
    let words = [ann.user_id.as_str(), "annabel"];
    assert!(
        scan::found(&kith, &words).await.len() > 10,
        "the scan finds people"
    );

    // every message comes twice and in any order
    kith.shuffle(1, testkit::seed()).await;
    let report = ann.post(DELETE, password()).await.expect(202);
    let report = erased(&kith, &report).await;
    let left = scan::found(&kith, &words).await;
    assert!(left.is_empty(), "{report:#}\n{}", left.join("\n"));

    // and what others have is right without her
    let profile = bob
        .get(&format!("/api/profiles/{}", bob.user_id))
        .await
        .expect(200);
    assert_eq!(profile["counts"]["followers"], 0, "{profile}");
    bob.get(&format!("/api/profiles/{}", ann.user_id))
        .await
        .problem(404, "not_found");
    let feed = bob.all("/api/feed").await;
    assert!(!json!(feed).to_string().contains("hers"), "{feed:?}");
    let own = bob.all(&format!("/api/users/{}/posts", bob.user_id)).await;
    assert_eq!(own[0]["counters"]["reactions"]["love"], 1, "{own:?}");
}
