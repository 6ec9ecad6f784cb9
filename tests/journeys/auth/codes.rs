//! One-time codes.

use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

const WRONG: &str = "no code";

async fn verify(person: &Person, otp: &str) -> Answer {
    person.post("/api/auth/email/verify", json!({ "otp": otp })).await
}

#[tokio::test]
async fn a_code_that_comes_back_confirms_the_address() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let code = kith.code("ann@example.com").await;
    verify(&ann, WRONG).await.problem(422, "invalid_code");
    verify(&bob, &code).await.problem(422, "invalid_code");

    let verified = verify(&ann, &format!(" {code} ")).await;
    assert_eq!((verified.cost("reads"), verified.cost("writes")), (2, 1));
    assert_eq!(verified.expect(200)["emailVerified"], true);
    assert_eq!(ann.get("/api/auth/me").await.expect(200)["emailVerified"], true);
    verify(&ann, WRONG).await.expect(200);
    ann.post_nothing("/api/auth/email/resend")
        .await
        .problem(409, "email_verified");
}

#[tokio::test]
async fn a_new_code_ends_the_old_one() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let first = kith.code("ann@example.com").await;
    let again = ann.post_nothing("/api/auth/email/resend").await;
    assert_eq!((again.cost("reads"), again.cost("writes")), (2, 3));
    again.expect(202);
    let second = kith.code("ann@example.com").await;
    assert_eq!(kith.mails("ann@example.com").await.len(), 2);
    if first != second {
        verify(&ann, &first).await.problem(422, "invalid_code");
    }
    verify(&ann, &second).await.expect(200);
}

#[tokio::test]
async fn a_minute_lies_between_two_mails() {
    let kith = Kith::start_with(&[("CODE_PAUSE_SECONDS", "60")]).await;
    let [ann] = kith.people(["ann"]).await;
    let soon = ann.post_nothing("/api/auth/email/resend").await;
    let wait: u64 = soon.headers["retry-after"].parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    soon.problem(429, "too_many_requests");
    for _ in 0..2 {
        let forgotten = json!({ "email": "ann@example.com" });
        kith.nobody()
            .post("/api/auth/password/forgot", forgotten)
            .await
            .expect(202);
    }
    kith.settled().await;
    assert_eq!(kith.mails("ann@example.com").await.len(), 2, "one of each kind");
}

#[tokio::test]
async fn five_wrong_tries_end_a_code_also_when_they_come_at_once() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let code = kith.code("ann@example.com").await;
    let tries = (0..20).map(|_| verify(&ann, WRONG));
    let counted = join_all(tries)
        .await
        .into_iter()
        .filter(|answer| answer.status == 422)
        .count();
    assert!(counted >= 5, "{counted}");
    verify(&ann, &code).await.problem(422, "invalid_code");
}

#[tokio::test]
async fn a_code_is_over_after_its_time() {
    let kith = Kith::start_with(&[("CODE_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    assert!(
        kith.mails("ann@example.com").await.is_empty(),
        "nobody is sent a code that is over"
    );
    verify(&ann, WRONG).await.problem(422, "invalid_code");
}

#[tokio::test]
async fn who_forgot_is_answered_alike_known_or_not() {
    let kith = Kith::start().await;
    kith.people(["ann"]).await;
    let mut answers = Vec::new();
    for email in ["Ann@example.com", "nobody@example.com"] {
        let answer = kith
            .nobody()
            .post("/api/auth/password/forgot", json!({ "email": email }))
            .await;
        answers.push((
            answer.status,
            answer.body,
            answer.headers["kith-operations"].clone(),
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(
        answers[0],
        (
            202,
            Value::Null,
            "reads=1,writes=3,deletes=1,redis=0,published=1".to_owned()
        )
    );
    kith.settled().await;
    assert_eq!(kith.mails("ann@example.com").await.len(), 2);
    assert!(kith.mails("nobody@example.com").await.is_empty());
    let nonsense = json!({ "email": "nonsense" });
    kith.nobody()
        .post("/api/auth/password/forgot", nonsense)
        .await
        .problem(422, "invalid");
}
