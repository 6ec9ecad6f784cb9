//! A reverse proxy asks who somebody is.

use testkit::Kith;

#[tokio::test]
async fn a_proxy_hears_who_asks_or_that_nobody_does() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let answer = ann.get("/api/auth/verify").await;
    assert_eq!(answer.headers["x-user-id"], ann.user_id);
    assert_eq!(answer.headers["x-username"], "ann");
    assert_eq!(answer.headers["x-roles"], "user");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!((answer.cost("reads"), answer.cost("redis")), (0, 0));
    let session = answer.headers["x-session-id"].clone();
    let claims = answer.expect(200);
    assert_eq!(claims["userId"], ann.user_id.as_str());
    assert_eq!(claims["sessionId"], session.as_str());

    let nobody = kith.nobody().get("/api/auth/verify").await;
    assert!(!nobody.headers.contains_key("x-user-id"));
    nobody.problem(401, "missing_token");
    ann.with_token(Some("a.b.c"))
        .get("/api/auth/verify")
        .await
        .problem(401, "invalid_token");
}
