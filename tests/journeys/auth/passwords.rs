//! Passwords: forgotten, set anew, changed.

use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Instant;
use testkit::{Answer, Kith, PASSWORD, Person};

const NEXT: &str = "another horse battery";

async fn login(kith: &Kith, identifier: &str, password: &str) -> Answer {
    let login = json!({ "identifier": identifier, "password": password });
    kith.nobody().post("/api/auth/login", login).await
}

async fn refresh(person: &Person) -> u16 {
    let refresh = json!({ "refreshToken": person.refresh_token });
    person.post("/api/auth/refresh", refresh).await.status
}

pub(super) async fn forget(kith: &Kith, email: &str) {
    let forgotten = json!({ "email": email });
    let nobody = kith.nobody();
    nobody
        .post("/api/auth/password/forgot", forgotten)
        .await
        .expect(202);
    kith.settled().await;
}

pub(super) async fn reset(kith: &Kith, email: &str, otp: &str, password: &str) -> Answer {
    let reset = json!({ "email": email, "otp": otp, "newPassword": password });
    kith.nobody().post("/api/auth/password/reset", reset).await
}

async fn change(person: &Person, current: &str, next: &str) -> Answer {
    let change = json!({ "currentPassword": current, "newPassword": next });
    person.post("/api/auth/password/change", change).await
}

#[tokio::test]
async fn who_forgot_sets_a_new_password_and_all_sessions_end() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let mut hub = ann.hub("feed").await;
    assert_eq!(hub.invoke("Heartbeat", json!([])).await, Ok(Value::Null));
    forget(&kith, "Ann@Example.com").await;
    let code = kith.code("ann@example.com").await;

    for bad in ["short", "password1", "my-ann-horse"] {
        let answer = reset(&kith, "ann@example.com", &code, bad).await;
        let problem = answer.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/newPassword");
    }
    reset(&kith, "ann@example.com", &code, NEXT).await.expect(204);
    assert_eq!(hub.closed().await, Some(json!({ "type": 7 })));
    assert_eq!(refresh(&ann).await, 401);
    login(&kith, "ann", PASSWORD)
        .await
        .problem(401, "invalid_credentials");
    login(&kith, "ann", NEXT).await.expect(200);
    reset(&kith, "ann@example.com", &code, NEXT)
        .await
        .problem(422, "invalid_code");
    kith.settled().await;
    assert_eq!(
        kith.published("identity", "session.revoked").await[0]["reason"],
        "password_changed"
    );
}

#[tokio::test]
async fn a_code_sets_one_password_however_many_use_it_at_once() {
    let kith = Kith::start().await;
    kith.people(["ann"]).await;
    forget(&kith, "ann@example.com").await;
    let code = kith.code("ann@example.com").await;
    let passwords: Vec<String> = (0..6).map(|n| format!("another horse {n}")).collect();
    let all = passwords
        .iter()
        .map(|password| reset(&kith, "ann@example.com", &code, password));
    let answers = join_all(all).await;
    let done: Vec<usize> = (0..6).filter(|n| answers[*n].status == 204).collect();
    assert_eq!(done.len(), 1, "{answers:?}");
    login(&kith, "ann", &passwords[done[0]]).await.expect(200);
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let phone = ann.with_tokens(&login(&kith, "ann", PASSWORD).await.expect(200));
    let (mut gone, mut stays) = (phone.hub("feed").await, ann.hub("feed").await);
    for hub in [&mut gone, &mut stays] {
        assert_eq!(hub.invoke("Heartbeat", json!([])).await, Ok(Value::Null));
    }
    change(&ann, "wrong horse battery", NEXT)
        .await
        .problem(403, "wrong_password");
    change(&ann, PASSWORD, "ann-and-a-horse")
        .await
        .problem(422, "invalid");

    change(&ann, PASSWORD, NEXT).await.expect(204);
    assert_eq!(gone.closed().await, Some(json!({ "type": 7 })));
    assert_eq!((refresh(&phone).await, refresh(&ann).await), (401, 200));
    kith.settled().await;
    assert_eq!(stays.invoke("Heartbeat", json!([])).await, Ok(Value::Null));
    login(&kith, "ann", PASSWORD)
        .await
        .problem(401, "invalid_credentials");
    login(&kith, "ann", NEXT).await.expect(200);
}

#[tokio::test]
async fn a_stolen_access_token_cannot_guess_the_password_for_long() {
    let kith = Kith::start_with(&[("LOGIN_FAILURES", "3")]).await;
    let [ann] = kith.people(["ann"]).await;
    let since = Instant::now();
    for _ in 0..3 {
        change(&ann, "wrong horse battery", NEXT)
            .await
            .problem(403, "wrong_password");
    }
    super::locked_out(since, async || change(&ann, "wrong horse battery", NEXT).await).await;
    change(&ann, PASSWORD, NEXT)
        .await
        .problem(429, "too_many_requests");
}
