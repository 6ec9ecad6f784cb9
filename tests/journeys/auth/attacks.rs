//! Guessers, and what they get. The table in `docs/security.md` names each of these.

use super::locked_out;
use cloud::redis;
use futures::future::join_all;
use reqwest::Method;
use runtime::Context;
use serde_json::{Value, json};
use std::time::Instant;
use testkit::{Answer, Kith, PASSWORD, Person};

const WRONG: &str = "wrong horse battery";

/// Kith behind one proxy, so that requests come from many addresses.
async fn behind_a_proxy(failures: &str) -> Kith {
    // where every function is a process, there is a router before them
    let hops = if testkit::processes_wanted() { "2" } else { "1" };
    Kith::start_with(&[("FORWARDED_HOPS", hops), ("LOGIN_FAILURES", failures)]).await
}

async fn post_from(person: &Person, ip: &str, path: &str, body: &Value) -> Answer {
    let request = person
        .request(Method::POST, path)
        .header("x-forwarded-for", ip)
        .json(body);
    person.send(request).await
}

async fn login(kith: &Kith, ip: &str, identifier: &str, password: &str) -> Answer {
    let login = json!({ "identifier": identifier, "password": password });
    post_from(&kith.nobody(), ip, "/api/auth/login", &login).await
}

/// All that an answer tells, but for what differs with every request.
fn told(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let mut body = answer.body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("traceId");
    }
    let varying = ["date", "x-request-id", "ratelimit", "traceparent"];
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| !varying.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.clone(), value.clone()));
    (answer.status, body, headers.collect())
}

#[tokio::test]
async fn wrong_passwords_from_many_addresses_are_those_of_one_account() {
    let kith = behind_a_proxy("5").await;
    kith.people(["ann"]).await;
    let since = Instant::now();
    for n in 0..5 {
        login(&kith, &format!("203.0.113.{n}"), "ann", WRONG)
            .await
            .problem(401, "invalid_credentials");
    }
    locked_out(since, async || login(&kith, "203.0.113.9", "ann", WRONG).await).await;
    let answer = login(&kith, "198.51.100.1", "ann", PASSWORD).await;
    let wait: u64 = answer.headers["retry-after"].parse().unwrap();
    assert!(wait >= 1);
    answer.problem(429, "too_many_requests");
}

#[tokio::test]
async fn wrong_passwords_for_many_accounts_are_those_of_one_address() {
    let kith = behind_a_proxy("1").await;
    kith.people(["ann"]).await;
    for n in 0..10 {
        login(&kith, "203.0.113.7", &format!("name{n}"), WRONG)
            .await
            .problem(401, "invalid_credentials");
    }
    login(&kith, "203.0.113.7", "ann", PASSWORD)
        .await
        .problem(429, "too_many_requests");
    login(&kith, "198.51.100.1", "ann", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn of_a_burst_of_guesses_no_more_are_judged_than_are_free() {
    let kith = behind_a_proxy("3").await;
    kith.people(["ann"]).await;
    let all = (0..40).map(|_| login(&kith, "203.0.113.7", "ann", WRONG));
    let answers = join_all(all).await;
    let judged = answers.iter().filter(|answer| answer.status == 401).count();
    let hashed: u64 = answers
        .iter()
        .filter(|answer| answer.headers["kith-operations"].contains("hashed"))
        .map(|answer| answer.cost("hashed"))
        .sum();
    // three at once; each further one waits for its delay, 1, 2, 4, 8 s, however slow the machine is
    assert!((3..8).contains(&judged), "{judged}");
    assert_eq!(
        hashed,
        u64::try_from(judged).unwrap(),
        "a refused guess costs no hash"
    );
}

#[tokio::test]
async fn without_redis_guesses_are_counted_all_the_same() {
    let nowhere = [("REDIS_URL", "redis://127.0.0.1:1"), ("LOGIN_FAILURES", "3")];
    let kith = Kith::start_with(&nowhere).await;
    kith.people(["ann"]).await;
    let since = Instant::now();
    for _ in 0..3 {
        login(&kith, "", "ann", WRONG)
            .await
            .problem(401, "invalid_credentials");
    }
    locked_out(since, async || login(&kith, "", "ann", WRONG).await).await;
    login(&kith, "", "ann", PASSWORD)
        .await
        .problem(429, "too_many_requests");
}

#[tokio::test]
async fn nothing_tells_whether_there_is_an_account() {
    let kith = Kith::start().await;
    kith.people(["ann"]).await;
    let nobody = kith.nobody();
    let pairs = [
        (
            "/api/auth/login",
            json!({ "identifier": "ann", "password": WRONG }),
            json!({ "identifier": "nobody", "password": WRONG }),
        ),
        (
            "/api/auth/login",
            json!({ "identifier": "ann@example.com", "password": WRONG }),
            json!({ "identifier": "nobody@example.com", "password": WRONG }),
        ),
        (
            "/api/auth/password/forgot",
            json!({ "email": "ann@example.com" }),
            json!({ "email": "nobody@example.com" }),
        ),
        (
            "/api/auth/password/reset",
            json!({ "email": "ann@example.com", "otp": "no code", "newPassword": PASSWORD }),
            json!({ "email": "nobody@example.com", "otp": "no code", "newPassword": PASSWORD }),
        ),
    ];
    for (path, known, unknown) in pairs {
        let known = nobody.post(path, known).await;
        let unknown = nobody.post(path, unknown).await;
        // the headers have the work in them: documents, commands, messages and hashes
        assert!(known.headers.contains_key("kith-operations"), "{path}");
        assert_eq!(told(&known), told(&unknown), "{path}");
    }
}

#[tokio::test]
async fn a_code_for_somebody_is_not_guessed() {
    let kith = behind_a_proxy("5").await;
    kith.people(["ann"]).await;
    let forgotten = json!({ "email": "ann@example.com" });
    post_from(
        &kith.nobody(),
        "203.0.113.1",
        "/api/auth/password/forgot",
        &forgotten,
    )
    .await
    .expect(202);
    let code = kith.code("ann@example.com").await;
    let nobody = kith.nobody();
    for n in 0..5 {
        let guess =
            json!({ "email": "ann@example.com", "otp": "no code", "newPassword": "another horse battery" });
        post_from(
            &nobody,
            &format!("203.0.113.{n}"),
            "/api/auth/password/reset",
            &guess,
        )
        .await
        .problem(422, "invalid_code");
    }
    let right = json!({ "email": "ann@example.com", "otp": code, "newPassword": "another horse battery" });
    let mut answer = post_from(&nobody, "198.51.100.1", "/api/auth/password/reset", &right).await;
    // the delay after the fifth is a second; then the code is over all the same
    kith.until("the delay is over", async || {
        if answer.status == 429 {
            answer = post_from(&nobody, "198.51.100.1", "/api/auth/password/reset", &right).await;
        }
        answer.status != 429
    })
    .await;
    answer.problem(422, "invalid_code");
    login(&kith, "198.51.100.1", "ann", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_stolen_refresh_token_is_of_use_to_nobody_once_both_have_used_it() {
    let kith = Kith::start_with(&[("REFRESH_GRACE_SECONDS", "0")]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let refresh = |token: &str| {
        let (exchange, nobody) = (json!({ "refreshToken": token }), kith.nobody());
        async move { nobody.post("/api/auth/refresh", exchange).await }
    };
    // the thief is first; then its owner comes, and the thief again
    let stolen = refresh(&ann.refresh_token).await.expect(200);
    refresh(&ann.refresh_token)
        .await
        .problem(401, "invalid_refresh_token");
    refresh(stolen["refreshToken"].as_str().unwrap())
        .await
        .problem(401, "invalid_refresh_token");
    // a token that is changed in any place is nobody's, and ends no session
    let good = bob.refresh_token.clone();
    for at in 0..good.len() {
        let mut changed: Vec<u8> = good.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        if at % 9 == 0 && changed != good {
            refresh(&changed).await.problem(401, "invalid_refresh_token");
        }
    }
    refresh(&bob.token.clone().unwrap())
        .await
        .problem(401, "invalid_refresh_token");
    refresh(&good).await.expect(200);
    kith.settled().await;
    let told = kith.published("identity", "session.revoked").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["reason"], "refresh_token_reused");
}

/// All guesses that count at this moment, those of addresses too.
async fn guesses(kith: &Kith) -> i64 {
    let context = Context::new("auth", &kith.environment()).unwrap();
    let cache = context.cloud().cache();
    let mut keys = redis::cmd("KEYS");
    keys.arg(cache.key("guess:*"));
    let keys: Vec<String> = cache.run(&keys).await.unwrap();
    let mut all = 0;
    for key in keys {
        let mut count = redis::cmd("HGET");
        count.arg(key).arg("count");
        all += cache
            .run::<Option<i64>>(&count)
            .await
            .unwrap()
            .unwrap_or_default();
    }
    all
}

#[tokio::test]
async fn a_failure_of_ours_counts_as_no_guess() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&[("REQUEST_TIMEOUT_SECONDS", "4")]).await;
    let [ann] = kith.people(["ann"]).await;
    let tries = [
        (
            "/api/auth/login",
            json!({ "identifier": "ann", "password": PASSWORD }),
        ),
        ("/api/auth/account/delete", json!({ "password": PASSWORD })),
        ("/api/auth/email/verify", json!({ "otp": "123456" })),
    ];
    let faults = format!("/_emulator/faults?project={}", kith.at.project);
    for (path, body) in tries {
        // Firestore refuses, and then it does not answer in time
        for kind in ["unavailable", "delay"] {
            let delay = if kind == "delay" { 20_000 } else { 0 };
            let method = "BatchGetDocuments";
            let fault =
                json!({ "service": "firestore", "method": method, "kind": kind, "delayMillis": delay });
            kith.fault(fault).await;
            ann.post(path, body.clone()).await.problem(503, "unavailable");
            kith.emulator(Method::DELETE, &faults, None).await.ok();
            kith.until("what has begun is taken back", async || guesses(&kith).await == 0)
                .await;
        }
    }
    login(&kith, "", "ann", WRONG)
        .await
        .problem(401, "invalid_credentials");
    assert_eq!(guesses(&kith).await, 2, "of the name, and of the address");
}
