//! Another e-mail address.

use super::passwords;
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Instant;
use testkit::{Answer, Kith, PASSWORD, Person};

async fn ask(person: &Person, email: &str, password: &str) -> Answer {
    let wanted = json!({ "email": email, "password": password });
    person.post("/api/auth/email/change", wanted).await
}

async fn confirm(person: &Person, otp: &str) -> Answer {
    let proof = json!({ "otp": otp });
    person.post("/api/auth/email/change/confirm", proof).await
}

/// The code that `person` gets when they want this address.
async fn code_for(kith: &Kith, person: &Person, email: &str) -> String {
    ask(person, email, PASSWORD).await.expect(202);
    kith.code(email).await
}

async fn address(person: &Person) -> Value {
    person.get("/api/auth/me").await.expect(200)["email"].clone()
}

async fn login(kith: &Kith, identifier: &str) -> Answer {
    let login = json!({ "identifier": identifier, "password": PASSWORD });
    kith.nobody().post("/api/auth/login", login).await
}

async fn reset(kith: &Kith, email: &str, otp: &str) -> Answer {
    passwords::reset(kith, email, otp, "another horse battery").await
}

/// The code that comes to an address whose password is forgotten.
async fn forgotten(kith: &Kith, email: &str) -> String {
    passwords::forget(kith, email).await;
    kith.code(email).await
}

#[tokio::test]
async fn the_new_address_is_proved_and_the_old_one_hears_of_it() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    for nothing_new in ["nonsense", "ann@example.com"] {
        let problem = ask(&ann, nothing_new, PASSWORD).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/email");
    }
    confirm(&ann, "123456").await.problem(422, "invalid_code");

    let asked = ask(&ann, "New@example.com", PASSWORD).await;
    assert_eq!((asked.cost("reads"), asked.cost("writes")), (2, 3));
    asked.expect(202);
    assert_eq!(address(&ann).await, "ann@example.com", "nothing is proved yet");
    let code = kith.code("New@example.com").await;
    let confirmed = confirm(&ann, &code).await;
    assert_eq!((confirmed.cost("reads"), confirmed.cost("writes")), (3, 4));
    let account = confirmed.expect(200);
    assert_eq!(
        (&account["email"], &account["emailVerified"]),
        (&json!("New@example.com"), &json!(true))
    );
    confirm(&ann, &code).await.problem(422, "invalid_code");
    kith.settled().await;

    let told = kith.mails("ann@example.com").await;
    assert!(
        told[0]["subject"].as_str().unwrap().contains("was changed"),
        "{told:?}"
    );
    assert!(
        !told[0].to_string().to_lowercase().contains("new@example.com"),
        "{told:?}"
    );
    login(&kith, "new@EXAMPLE.com").await.expect(200);
    login(&kith, "ann@example.com")
        .await
        .problem(401, "invalid_credentials");
    // the old one is free, also for its owner
    let code = code_for(&kith, &ann, "ann@example.com").await;
    confirm(&ann, &code).await.expect(200);
    // the same in other letters is the same, and nobody else's
    let code = code_for(&kith, &ann, "ANN@example.com").await;
    assert_eq!(confirm(&ann, &code).await.expect(200)["email"], "ANN@example.com");
    login(&kith, "ann@example.com").await.expect(200);
}

#[tokio::test]
async fn an_address_that_somebody_has_is_told_to_who_reads_its_mail_alone() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let [taken, free] = ["Bob@example.com", "free@example.com"].map(|email| ask(&ann, email, PASSWORD));
    let (taken, free) = (taken.await, free.await);
    assert_eq!((taken.status, &taken.body), (free.status, &free.body));
    let code = code_for(&kith, &ann, "Bob@example.com").await;
    confirm(&ann, &code).await.problem(409, "email_taken");
    assert_eq!(address(&ann).await, "ann@example.com");
    assert_eq!(address(&bob).await, "bob@example.com");
    for (identifier, person) in [("ann@example.com", &ann), ("bob@example.com", &bob)] {
        let user = login(&kith, identifier).await.expect(200)["user"].clone();
        assert_eq!(user["userId"], person.user_id.as_str());
    }
}

#[tokio::test]
async fn of_many_who_confirm_one_address_at_once_one_gets_it() {
    let kith = Kith::start().await;
    let people = kith.people(["ann", "bob", "cid", "dan"]).await;
    let mut codes = Vec::new();
    for person in &people {
        codes.push(code_for(&kith, person, "ours@example.com").await);
    }
    let all = people
        .iter()
        .zip(&codes)
        .map(|(person, code)| confirm(person, code));
    let answers = join_all(all).await;
    let got: Vec<usize> = (0..4).filter(|n| answers[*n].status == 200).collect();
    assert_eq!(got.len(), 1, "{answers:?}");
    for (n, answer) in answers.into_iter().enumerate() {
        if n != got[0] {
            answer.problem(409, "email_taken");
            let own = format!("{}@example.com", people[n].username);
            assert_eq!(address(&people[n]).await, own);
            login(&kith, &own).await.expect(200);
        }
    }
    let owner = login(&kith, "ours@example.com").await.expect(200)["user"]["userId"].clone();
    assert_eq!(owner, people[got[0]].user_id.as_str());
    // the code was used by one device, however many try it
    let again = (0..3).map(|_| confirm(&people[got[0]], &codes[got[0]]));
    for answer in join_all(again).await {
        answer.problem(422, "invalid_code");
    }
}

#[tokio::test]
async fn what_was_mailed_to_the_old_address_opens_no_account_any_more() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let old = forgotten(&kith, "ann@example.com").await;
    let code = code_for(&kith, &ann, "new@example.com").await;
    confirm(&ann, &code).await.expect(200);
    reset(&kith, "ann@example.com", &old)
        .await
        .problem(422, "invalid_code");
    // nor that of who has the address next
    let code = code_for(&kith, &bob, "ann@example.com").await;
    confirm(&bob, &code).await.expect(200);
    reset(&kith, "ann@example.com", &old)
        .await
        .problem(422, "invalid_code");
    for identifier in ["ann", "bob", "new@example.com", "ann@example.com"] {
        login(&kith, identifier).await.expect(200);
    }
    let new = forgotten(&kith, "new@example.com").await;
    reset(&kith, "new@example.com", &new).await.expect(204);
}

#[tokio::test]
async fn a_reset_and_a_change_at_once_leave_one_of_the_two() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let forgotten = forgotten(&kith, "ann@example.com").await;
    let code = code_for(&kith, &ann, "new@example.com").await;
    let (reset, changed) = futures::join!(reset(&kith, "ann@example.com", &forgotten), confirm(&ann, &code));
    // whoever is first ends the other's proof: a reset ends the session, a change the code
    match (reset.status, changed.status) {
        (204, 401) => assert_eq!(
            login(&kith, "ann@example.com").await.status,
            401,
            "another password"
        ),
        (422, 200) => drop(login(&kith, "new@example.com").await.expect(200)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_stolen_access_token_cannot_change_the_address() {
    let kith = Kith::start_with(&[("LOGIN_FAILURES", "3")]).await;
    let [ann] = kith.people(["ann"]).await;
    let since = Instant::now();
    for _ in 0..3 {
        ask(&ann, "thief@example.com", "wrong horse battery")
            .await
            .problem(403, "wrong_password");
    }
    super::locked_out(since, async || {
        ask(&ann, "thief@example.com", "wrong horse battery").await
    })
    .await;
    ask(&ann, "thief@example.com", PASSWORD)
        .await
        .problem(429, "too_many_requests");
    kith.settled().await;
    assert!(kith.mails("thief@example.com").await.is_empty());
}

#[tokio::test]
async fn who_knew_an_old_password_does_not_get_the_address_after_it_was_changed() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let thief = ann.with_tokens(&login(&kith, "ann").await.expect(200));
    let code = code_for(&kith, &thief, "thief@example.com").await;
    let changed = json!({ "currentPassword": PASSWORD, "newPassword": "another horse battery" });
    ann.post("/api/auth/password/change", changed).await.expect(204);
    // the access token is good for some minutes more
    thief.get("/api/auth/verify").await.expect(200);
    confirm(&thief, &code).await.problem(401, "invalid_token");
    assert_eq!(address(&ann).await, "ann@example.com");
}

#[tokio::test]
async fn a_code_for_an_address_is_not_guessed() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let code = code_for(&kith, &ann, "new@example.com").await;
    confirm(&bob, &code).await.problem(422, "invalid_code");
    let tries = (0..20).map(|_| confirm(&ann, "no code"));
    let judged = join_all(tries).await.into_iter();
    assert!(judged.filter(|answer| answer.status == 422).count() >= 5);
    confirm(&ann, &code).await.problem(422, "invalid_code");
    assert_eq!(address(&ann).await, "ann@example.com");
    // a new one is judged anew, and ends the old one
    let code = code_for(&kith, &ann, "new@example.com").await;
    confirm(&ann, &code).await.expect(200);
}

#[tokio::test]
async fn a_minute_lies_between_two_mails_to_new_addresses() {
    let kith = Kith::start_with(&[("CODE_PAUSE_SECONDS", "60")]).await;
    let [ann] = kith.people(["ann"]).await;
    ask(&ann, "one@example.com", PASSWORD).await.expect(202);
    let soon = ask(&ann, "other@example.com", PASSWORD).await;
    let wait: u64 = soon.headers["retry-after"].parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    soon.problem(429, "too_many_requests");
    kith.settled().await;
    assert!(kith.mails("other@example.com").await.is_empty());
}
