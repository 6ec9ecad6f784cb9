//! Behind Google's API Gateway.

use reqwest::Method;
use serde_json::json;
use testkit::Kith;

const FORWARDED: &str = "x-forwarded-authorization";

#[tokio::test]
async fn behind_the_gateway_the_callers_token_comes_under_another_name() {
    let kith = Kith::start_with(&[("BEHIND_GATEWAY", "true")]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let token = |person: &testkit::Person| format!("Bearer {}", person.token.as_deref().unwrap());
    // `Authorization` is the gateway's own, whatever is in it
    ann.get("/api/auth/me").await.problem(401, "missing_token");
    for gateways in ["Bearer a-token-of-googles".to_owned(), token(&bob)] {
        let request = || {
            kith.nobody()
                .request(Method::GET, "/api/auth/me")
                .header("authorization", &gateways)
        };
        let sent = async |value: String| kith.nobody().send(request().header(FORWARDED, value)).await;
        assert_eq!(sent(token(&ann)).await.expect(200)["userId"], ann.user_id);
        // it is verified here, not believed
        let forged = format!("{}x", token(&ann));
        sent(forged).await.problem(401, "invalid_token");
        sent("Basic YTpi".to_owned()).await.problem(401, "invalid_token");
        let nobody = kith
            .nobody()
            .request(Method::GET, "/api/feed?scope=global")
            .header("authorization", &gateways);
        kith.nobody().send(nobody).await.expect(200);
    }
    // Pub/Sub and Cloud Scheduler do not come through the gateway
    let request = ann
        .request(Method::POST, "/api/posts")
        .header(FORWARDED, token(&ann));
    ann.send(request.json(&json!({ "text": "first light" })))
        .await
        .expect(201);
    kith.settled().await;
}

#[tokio::test]
async fn elsewhere_nobody_is_believed_who_says_that_a_gateway_said_so() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let anns = format!("Bearer {}", ann.token.as_deref().unwrap());
    let alone = kith
        .nobody()
        .request(Method::GET, "/api/auth/me")
        .header(FORWARDED, &anns);
    kith.nobody().send(alone).await.problem(401, "missing_token");
    let beside = bob.request(Method::GET, "/api/auth/me").header(FORWARDED, &anns);
    assert_eq!(bob.send(beside).await.expect(200)["userId"], bob.user_id);
}
