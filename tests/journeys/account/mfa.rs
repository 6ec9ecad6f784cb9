//! The second factor.

use super::authenticator::Authenticator;
use crate::auth::locked_out;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Instant;
use testkit::{Answer, Kith, PASSWORD, Person};

const TOTP: &str = "/api/auth/mfa/totp";
const CONFIRM: &str = "/api/auth/mfa/totp/confirm";

async fn login(kith: &Kith, person: &Person, otp: Option<&str>) -> Answer {
    let mut body = json!({ "identifier": person.username, "password": PASSWORD });
    if let Some(otp) = otp {
        body["otp"] = otp.into();
    }
    kith.nobody().post("/api/auth/login", body).await
}

async fn remove(person: &Person, otp: &str) -> Answer {
    let request = person.request(Method::DELETE, TOTP).json(&json!({ "otp": otp }));
    person.send(request).await
}

/// Somebody with a second factor, their app and their recovery codes.
async fn enrolled(kith: &Kith, name: &str) -> (Person, Authenticator, Vec<String>) {
    let [person] = kith.people([name]).await;
    let app = Authenticator::scan(&person.post_nothing(TOTP).await.expect(200));
    // the earliest good code, so that two more are left to the test
    let confirmed = person
        .post(CONFIRM, json!({ "otp": app.code(-1) }))
        .await
        .expect(200);
    let codes = confirmed["recoveryCodes"].as_array().unwrap();
    let codes = codes
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect();
    (person, app, codes)
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_it_is_confirmed() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    ann.post(CONFIRM, json!({ "otp": "123456" }))
        .await
        .problem(409, "mfa_not_begun");
    let first = Authenticator::scan(&ann.post_nothing(TOTP).await.expect(200));
    let begun = ann.post_nothing(TOTP).await;
    assert_eq!((begun.cost("reads"), begun.cost("writes")), (1, 1));
    let app = Authenticator::scan(&begun.expect(200));
    assert_eq!(ann.get("/api/auth/me").await.expect(200)["mfaEnabled"], false);
    login(&kith, &ann, None).await.expect(200);
    ann.post(CONFIRM, json!({ "otp": first.code(0) }))
        .await
        .problem(401, "invalid_otp");

    let confirmed = ann.post(CONFIRM, json!({ "otp": app.code(0) })).await;
    assert_eq!((confirmed.cost("reads"), confirmed.cost("writes")), (1, 1));
    let confirmed = confirmed.expect(200);
    assert_eq!(confirmed["recoveryCodes"].as_array().unwrap().len(), 10);
    assert_eq!(ann.get("/api/auth/me").await.expect(200)["mfaEnabled"], true);
    ann.post(CONFIRM, json!({ "otp": app.code(1) }))
        .await
        .problem(409, "mfa_enabled");
    ann.post_nothing(TOTP).await.problem(409, "mfa_enabled");

    login(&kith, &ann, None).await.problem(401, "otp_required");
    login(&kith, &ann, Some(&app.wrong_code()))
        .await
        .problem(401, "invalid_otp");
    // a wrong password says nothing of the second factor
    let wrong = json!({ "identifier": ann.username, "password": "wrong horse battery", "otp": app.code(1) });
    kith.nobody()
        .post("/api/auth/login", wrong)
        .await
        .problem(401, "invalid_credentials");
    let entered = login(&kith, &ann, Some(&app.code(1))).await;
    assert_eq!(
        (entered.cost("reads"), entered.cost("writes")),
        (2, 2),
        "the code is used up"
    );
    entered.expect(200);
}

#[tokio::test]
async fn a_code_is_accepted_once_however_many_try_it_at_once() {
    let kith = Kith::start().await;
    let (ann, app, recovery) = enrolled(&kith, "ann").await;
    for code in [&app.code(0), &recovery[0]] {
        let tries = (0..6).map(|_| login(&kith, &ann, Some(code)));
        let statuses: Vec<u16> = join_all(tries).await.iter().map(|answer| answer.status).collect();
        let entered = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(entered, 1, "{code}: {statuses:?}");
        assert!(
            statuses.iter().all(|status| [200, 401].contains(status)),
            "{statuses:?}"
        );
        login(&kith, &ann, Some(code)).await.problem(401, "invalid_otp");
    }
    login(&kith, &ann, Some(&app.code(1))).await.expect(200);
    for code in &recovery[1..] {
        let typed = code.replace('-', " ").to_uppercase();
        login(&kith, &ann, Some(&typed)).await.expect(200);
    }
    for code in &recovery {
        login(&kith, &ann, Some(code)).await.problem(401, "invalid_otp");
    }
}

#[tokio::test]
async fn who_removes_the_second_factor_has_it() {
    let kith = Kith::start().await;
    let (ann, app, recovery) = enrolled(&kith, "ann").await;
    remove(&ann, &app.wrong_code()).await.problem(401, "invalid_otp");
    login(&kith, &ann, None).await.problem(401, "otp_required");
    remove(&ann, &recovery[0]).await.expect(204);
    remove(&ann, &app.wrong_code()).await.expect(204);
    login(&kith, &ann, None).await.expect(200);
    // the old secret is gone with it
    let next = Authenticator::scan(&ann.post_nothing(TOTP).await.expect(200));
    ann.post(CONFIRM, json!({ "otp": app.code(0) }))
        .await
        .problem(401, "invalid_otp");
    ann.post(CONFIRM, json!({ "otp": next.code(0) }))
        .await
        .expect(200);
}

#[tokio::test]
async fn codes_are_guessed_no_faster_than_passwords() {
    let kith = Kith::start_with(&[("LOGIN_FAILURES", "3")]).await;
    let (ann, app, _) = enrolled(&kith, "ann").await;
    let since = Instant::now();
    for _ in 0..3 {
        login(&kith, &ann, Some(&app.wrong_code()))
            .await
            .problem(401, "invalid_otp");
    }
    locked_out(since, async || login(&kith, &ann, Some(&app.wrong_code())).await).await;
    login(&kith, &ann, Some(&app.code(0)))
        .await
        .problem(429, "too_many_requests");
    let since = Instant::now();
    for _ in 0..3 {
        remove(&ann, &app.wrong_code()).await.problem(401, "invalid_otp");
    }
    locked_out(since, async || remove(&ann, &app.wrong_code()).await).await;
    remove(&ann, &app.code(0)).await.problem(429, "too_many_requests");
    let long: Value = json!({ "identifier": "ann", "password": PASSWORD, "otp": "1".repeat(41) });
    kith.nobody()
        .post("/api/auth/login", long)
        .await
        .problem(422, "invalid");
}
