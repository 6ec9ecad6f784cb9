//! Leaving for a while, or for good.

use crate::erasure::scan;
use serde_json::{Value, json};
use std::time::Instant;
use testkit::{Kith, PASSWORD};

const DELETE: &str = "/api/auth/account/delete";
const DEACTIVATE: &str = "/api/auth/account/deactivate";

fn password() -> Value {
    json!({ "password": PASSWORD })
}

async fn login(kith: &Kith, name: &str) -> testkit::Answer {
    let body = json!({ "identifier": name, "password": PASSWORD });
    kith.nobody().post("/api/auth/login", body).await
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
    let (wrong, since) = (json!({ "password": "wrong horse battery" }), Instant::now());
    ann.post(DELETE, wrong.clone())
        .await
        .problem(403, "wrong_password");
    ann.post(DEACTIVATE, wrong.clone())
        .await
        .problem(403, "wrong_password");
    crate::auth::locked_out(since, async || ann.post(DELETE, wrong.clone()).await).await;
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
    let [ann] = kith.people(["aurora"]).await;
    kith.settled().await;
    ann.post(DEACTIVATE, password()).await.expect(204);
    kith.until("nobody can sign in any more", async || {
        kith.run_schedule("auth-accounts").await;
        kith.settled().await;
        kith.published("identity", "account.deleted").await.len() == 2
    })
    .await;
    login(&kith, "aurora").await.problem(401, "invalid_credentials");
    kith.settled().await;
    let words = [ann.user_id.as_str(), "aurora@example.com"];
    assert_eq!(scan::found(&kith, &words).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_deleted_account_is_gone_at_once_and_its_report_names_nobody() {
    let kith = Kith::start_with(&[("ERASURE_PAUSE_SECONDS", "3600")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    let answer = ann.post(DELETE, password()).await;
    assert_eq!(answer.cost("reads"), 2, "the account, letters to its address");
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
    assert!(remains.len() == 11 && remains.iter().all(|kept| kept["until"].is_string()));
    assert!(!waiting.to_string().contains(&ann.user_id), "{waiting}");
    let unknown = format!("/api/auth/account/erasures/{}", uuid::Uuid::new_v4());
    kith.nobody().get(&unknown).await.problem(404, "not_found");
    // the name is free again
    kith.people(["ann"]).await;
}
