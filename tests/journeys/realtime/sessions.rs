//! A connection lives as long as its session.

use super::{id, let_in, negotiate, open};
use serde_json::{Value, json};
use testkit::{Kith, PASSWORD, Person};

async fn another_device(person: &Person) -> Person {
    let login = json!({ "identifier": person.username, "password": PASSWORD });
    person.with_tokens(&person.post("/api/auth/login", login).await.expect(200))
}

/// What brings `realtime` the news of ended sessions.
const ENDED: &str = "realtime-session-revoked";

#[tokio::test]
async fn logging_out_closes_all_connections_of_the_session_for_good() {
    if testkit::left_out() {
        return;
    }
    let mut kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let (phone, elsewhere) = (another_device(&ann).await, kith.another("realtime").await);
    let mut gone = [
        ann.hub("feed").await,
        ann.hub("notifications").await,
        ann.through(elsewhere).hub("video").await,
    ];
    let mut stays = phone.hub("feed").await;
    for hub in &mut gone {
        let_in(hub).await;
    }
    // it does not wait for Pub/Sub: the frame goes with the commit
    kith.hold(ENDED).await;
    ann.post_nothing("/api/auth/logout").await.expect(204);
    for hub in &mut gone {
        assert_eq!(
            hub.closed().await,
            Some(json!({ "type": 7 })),
            "without allowReconnect"
        );
    }
    let_in(&mut stays).await;
    kith.release(ENDED).await;

    kith.settled().await;
    negotiate(&ann, "feed").await.expect(401);
    let_in(&mut stays).await;
}

#[tokio::test]
async fn a_session_that_ends_while_it_connects_is_not_let_in() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let negotiated = negotiate(&ann, "feed").await.expect(200);
    kith.hold(ENDED).await;
    ann.post_nothing("/api/auth/logout").await.expect(204);
    // the frame is gone by, the event not yet there: what is let in now is closed when it comes
    let mut hub = ann.hub("feed").await;
    let_in(&mut hub).await;
    kith.release(ENDED).await;
    assert_eq!(hub.closed().await, Some(json!({ "type": 7 })));
    kith.settled().await;
    assert_eq!(open(&ann, "feed", &id(&negotiated, "connectionToken")).await, 401);
}

#[tokio::test]
async fn a_stolen_refresh_token_closes_connections_too() {
    let kith = Kith::start_with(&[("REFRESH_GRACE_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    let mut hub = ann.hub("notifications").await;
    let_in(&mut hub).await;
    let refresh = json!({ "refreshToken": ann.refresh_token });
    ann.post("/api/auth/refresh", refresh.clone()).await.expect(200);
    let_in(&mut hub).await;
    ann.post("/api/auth/refresh", refresh).await.expect(401);
    assert_eq!(hub.closed().await, Some(json!({ "type": 7 })));
}

#[tokio::test]
async fn nobody_connects_without_a_good_token() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let token = ann.token.clone().unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    for bad in [
        None,
        Some("x"),
        Some("a.b.c"),
        Some(&*forged),
        Some(&*ann.refresh_token),
    ] {
        let answer = negotiate(&ann.with_token(bad), "feed").await;
        assert_eq!((answer.status, answer.body), (401, Value::Null), "{bad:?}");
        assert_eq!(open(&ann.with_token(bad), "feed", "").await, 401, "{bad:?}");
    }
    negotiate(&ann, "chat").await.expect(404);
    ann.get("/hubs/feed").await.expect(400);

    let in_the_query = format!("/hubs/feed/negotiate?negotiateVersion=1&access_token={token}");
    let negotiated = kith.nobody().post_nothing(&in_the_query).await.expect(200);
    let connection = id(&negotiated, "connectionToken");
    assert_eq!(open(&bob, "feed", &connection).await, 404, "another's connection");
    assert_eq!(open(&ann, "video", &connection).await, 404, "another hub's");
    assert_eq!(open(&ann, "feed", &connection).await, 101);
}

#[tokio::test]
async fn a_connection_lives_on_with_a_fresh_token_of_its_session() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let phone = another_device(&ann).await;
    let mut hub = ann.hub("feed").await;
    let refresh = json!({ "refreshToken": ann.refresh_token });
    let fresh = ann.with_tokens(&ann.post("/api/auth/refresh", refresh).await.expect(200));
    assert_eq!(
        hub.invoke("RefreshToken", json!([fresh.token])).await,
        Ok(Value::Null)
    );
    for other in [&phone.token, &bob.token] {
        let refused = hub.invoke("RefreshToken", json!([other])).await.unwrap_err();
        assert!(refused.contains("another session's"), "{refused}");
    }
    let refused = hub.invoke("refreshtoken", json!(["x"])).await.unwrap_err();
    assert!(refused.contains("not valid"), "{refused}");
}

#[tokio::test]
async fn connections_may_end_with_their_tokens() {
    let strict = [("CLOSE_ON_TOKEN_EXPIRY", "true"), ("ACCESS_TOKEN_SECONDS", "3")];
    let kith = Kith::start_with(&strict).await;
    let [ann] = kith.people(["ann"]).await;
    let closed = ann.hub("feed").await.closed().await;
    assert_eq!(closed, Some(json!({ "type": 7, "allowReconnect": true })));
}
