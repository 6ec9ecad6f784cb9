//! Accounts, tokens, sessions.

mod addresses;
mod attacks;
mod claims;
mod codes;
mod forgeries;
mod imports;
mod mail;
mod names;
mod passwords;
mod sessions;
mod smtp;

use futures::future::join_all;
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{Answer, Kith, PASSWORD};

/// Guesses wrong until the wait that a refusal tells of is longer than any machine takes for the next request. All free guesses were made after
/// `since`: each that is judged now must have waited a second, then two, then four.
pub(crate) async fn locked_out(since: Instant, guess: impl AsyncFn() -> Answer) {
    let (mut next, mut waited) = (Duration::from_secs(1), Duration::ZERO);
    for _ in 0..600 {
        let answer = guess().await;
        if answer.status != 429 {
            waited += next;
            next *= 2;
            // the service counts whole milliseconds
            let took = since.elapsed() + Duration::from_millis(1);
            assert!(took >= waited, "judged after {took:?} instead of {waited:?}");
        } else if answer.headers["retry-after"].parse::<u64>().unwrap() > 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("guesses go on and on");
}

fn account(name: &str, email: &str) -> serde_json::Value {
    json!({ "email": email, "username": name, "password": PASSWORD, "displayName": name })
}

#[tokio::test]
async fn a_person_registers_signs_in_and_sees_their_account() {
    let kith = Kith::start().await;
    let nobody = kith.nobody();
    let registered = nobody
        .post("/api/auth/register", account("Ann", "Ann@Example.com"))
        .await;
    assert_eq!(registered.headers["location"], "/api/auth/me");
    assert_eq!(
        (registered.cost("writes"), registered.cost("published")),
        (7, 2),
        "account, address, name, session, code, letter and the outbox; the account and its mail"
    );
    let registered = registered.expect(201);
    assert_eq!(registered["user"]["username"], "ann");

    let me = nobody.with_tokens(&registered).get("/api/auth/me").await;
    assert_eq!(me.cost("reads"), 1);
    assert_eq!(me.expect(200)["email"], "Ann@Example.com");

    for identifier in ["ann", "ANN", "ann@example.COM"] {
        let login = json!({ "identifier": identifier, "password": PASSWORD, "deviceName": "a phone" });
        let login = nobody.post("/api/auth/login", login).await;
        assert_eq!((login.cost("reads"), login.cost("writes")), (2, 1));
        assert_eq!(login.expect(200)["user"]["userId"], registered["user"]["userId"]);
    }
    kith.settled().await;
}

#[tokio::test]
async fn a_name_or_address_is_taken_once_however_many_want_it() {
    let kith = Kith::start().await;
    let nobody = kith.nobody();
    let tries = (0..8).map(|n| {
        nobody.post(
            "/api/auth/register",
            account("ann", &format!("ann{n}@example.com")),
        )
    });
    let (mut made, mut taken) = (0, 0);
    for answer in join_all(tries).await {
        if answer.status == 201 {
            made += 1;
        } else {
            answer.problem(409, "username_taken");
            taken += 1;
        }
    }
    assert_eq!((made, taken), (1, 7));
    let again = (0..4).map(|n| {
        nobody.post(
            "/api/auth/register",
            account(&format!("bob{n}"), "Bob@example.com"),
        )
    });
    let made = join_all(again)
        .await
        .into_iter()
        .filter(|answer| answer.status == 201)
        .count();
    assert_eq!(made, 1);
}

#[tokio::test]
async fn every_broken_rule_is_told_at_once() {
    let kith = Kith::start().await;
    let bad = json!({ "email": "nonsense", "username": "9!", "password": "12345678", "displayName": " " });
    let problem = kith
        .nobody()
        .post("/api/auth/register", bad)
        .await
        .problem(422, "invalid");
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    for pointer in ["/email", "/username", "/password", "/displayName"] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_answer_alike_and_then_wait() {
    let kith = Kith::start_with(&[("LOGIN_FAILURES", "3")]).await;
    let [ann] = kith.people(["ann"]).await;
    let wrong = |identifier: &str| json!({ "identifier": identifier, "password": "wrong horse battery" });
    let (nobody, since) = (kith.nobody(), Instant::now());
    let known = nobody
        .post("/api/auth/login", wrong(&ann.username))
        .await
        .problem(401, "invalid_credentials");
    let unknown = nobody
        .post("/api/auth/login", wrong("nobody_here"))
        .await
        .problem(401, "invalid_credentials");
    assert_eq!(known["detail"], unknown["detail"]);
    for _ in 0..2 {
        nobody
            .post("/api/auth/login", wrong(&ann.username))
            .await
            .problem(401, "invalid_credentials");
    }
    locked_out(since, async || {
        nobody.post("/api/auth/login", wrong(&ann.username)).await
    })
    .await;
    let answer = nobody
        .post(
            "/api/auth/login",
            json!({ "identifier": ann.username, "password": PASSWORD }),
        )
        .await;
    assert!(answer.headers.contains_key("retry-after"));
    answer.problem(429, "too_many_requests");
}

#[tokio::test]
async fn a_refresh_token_rotates_repeats_within_its_grace_and_betrays_a_thief() {
    let kith = Kith::start_with(&[("REFRESH_GRACE_SECONDS", "3600")]).await;
    let [ann] = kith.people(["ann"]).await;
    let exchange = |token: &str| json!({ "refreshToken": token });
    let path = "/api/auth/refresh";

    let second = kith
        .nobody()
        .post(path, exchange(&ann.refresh_token))
        .await
        .expect(200);
    let again = kith
        .nobody()
        .post(path, exchange(&ann.refresh_token))
        .await
        .expect(200);
    assert_eq!(
        second["refreshToken"], again["refreshToken"],
        "two tabs get the same successor"
    );

    let tries = (0..6).map(|_| kith.nobody());
    let tries: Vec<_> = tries.collect();
    let tabs = tries
        .iter()
        .map(|tab| tab.post(path, exchange(second["refreshToken"].as_str().unwrap())));
    let tokens: Vec<String> = join_all(tabs)
        .await
        .into_iter()
        .map(|a| a.expect(200)["refreshToken"].to_string())
        .collect();
    assert!(
        tokens.iter().all(|token| *token == tokens[0]),
        "six tabs at once too"
    );

    // two generations old: somebody kept a copy
    kith.nobody()
        .post(path, exchange(&ann.refresh_token))
        .await
        .problem(401, "invalid_refresh_token");
    let newest: String = serde_json::from_str(&tokens[0]).unwrap();
    kith.nobody()
        .post(path, exchange(&newest))
        .await
        .problem(401, "invalid_refresh_token");
    kith.nobody()
        .post(path, exchange("nonsense"))
        .await
        .problem(401, "invalid_refresh_token");
    kith.settled().await;
    let told = kith.published("identity", "session.revoked").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["reason"], "refresh_token_reused");
}

#[tokio::test]
async fn logging_out_ends_the_session_and_doing_it_again_is_no_error() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    ann.post_nothing("/api/auth/logout").await.expect(204);
    ann.post_nothing("/api/auth/logout").await.expect(204);
    let exchange = json!({ "refreshToken": ann.refresh_token });
    kith.nobody()
        .post("/api/auth/refresh", exchange)
        .await
        .problem(401, "invalid_refresh_token");
    kith.settled().await;
    assert_eq!(kith.published("identity", "session.revoked").await.len(), 1);
}
