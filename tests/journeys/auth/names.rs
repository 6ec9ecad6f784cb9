//! Names and addresses are unique, whatever happens at once; former names wait for their owners.

use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::{Answer, Kith, PASSWORD, Person};
use tokio::time::sleep;

async fn rename(person: &Person, username: &str) -> Answer {
    person
        .put("/api/auth/username", json!({ "username": username }))
        .await
}

async fn register(kith: &Kith, username: &str, email: &str) -> Answer {
    let new = json!({ "email": email, "username": username, "password": PASSWORD, "displayName": "New" });
    kith.nobody().post("/api/auth/register", new).await
}

/// Registers. On Google's emulator, which gives up more of those who contend, who is told to try again in a moment does, a few times.
async fn insist(kith: &Kith, username: &str, email: &str) -> Answer {
    let patience = if testkit::on_googles() { 5 } else { 0 };
    for moment in 1..=patience {
        let answer = register(kith, username, email).await;
        if answer.status != 503 {
            return answer;
        }
        sleep(Duration::from_secs(moment)).await;
    }
    register(kith, username, email).await
}

#[tokio::test]
async fn a_hundred_registrations_at_once_leave_every_name_and_address_with_one() {
    // a hundred passwords are hashed before the last has its turn, on a machine that may be slow
    let kith = Kith::start_with(&[("REQUEST_TIMEOUT_SECONDS", "300")]).await;
    // a hundred want ten names and ten addresses, each in another mixture and spelling
    let wanted: Vec<(String, String)> = (0..100)
        .map(|n| {
            let (name, email) = (format!("name{}", n % 10), format!("mail{}@example.com", n / 10));
            if n % 3 == 0 {
                (name.to_uppercase(), email.to_uppercase())
            } else {
                (name, email)
            }
        })
        .collect();
    let answers = join_all(wanted.iter().map(|(name, email)| insist(&kith, name, email))).await;
    let (mut names, mut emails) = (BTreeMap::new(), BTreeMap::new());
    for (answer, (name, email)) in answers.into_iter().zip(&wanted) {
        if answer.status == 201 {
            *names.entry(name.to_lowercase()).or_insert(0) += 1;
            *emails.entry(email.to_lowercase()).or_insert(0) += 1;
        } else {
            let code = answer.body["code"].as_str().unwrap_or_default().to_owned();
            assert!(
                answer.status == 409 && ["email_taken", "username_taken"].contains(&code.as_str()),
                "{}",
                answer.body
            );
        }
    }
    assert!(!names.is_empty());
    assert!(
        names.values().chain(emails.values()).all(|count| *count == 1),
        "{names:?} {emails:?}"
    );
    // whoever lost left nothing behind: what nobody has can still be had
    kith.settled().await;
    for n in 0..10 {
        let (name, email) = (format!("name{n}"), format!("mail{n}@example.com"));
        let again = register(&kith, &name, &email).await.status;
        let taken = names.contains_key(&name) || emails.contains_key(&email);
        assert_eq!(again, if taken { 409 } else { 201 }, "{name}");
    }
    let made = kith.published("identity", "user.registered").await.len();
    assert!(made >= names.len());
}

#[tokio::test]
async fn a_new_name_is_known_everywhere_and_the_old_one_waits_for_its_owner() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let renamed = rename(&ann, " Ann.Lee ").await;
    assert_eq!((renamed.cost("reads"), renamed.cost("writes")), (3, 4));
    assert_eq!(renamed.expect(200)["username"], "ann.lee");
    assert_eq!(
        rename(&ann, "ann.lee").await.cost("writes"),
        0,
        "again is no error"
    );
    kith.settled().await;
    assert_eq!(
        kith.published("identity", "username.changed").await,
        [json!({ "userId": ann.user_id, "username": "ann.lee" })]
    );

    rename(&bob, "ann").await.problem(409, "username_taken");
    rename(&bob, "ann.lee").await.problem(409, "username_taken");
    register(&kith, "ann", "new@example.com")
        .await
        .problem(409, "username_taken");
    for bad in ["me", "9x", "ab", "a b c"] {
        rename(&bob, bad).await.problem(422, "invalid");
    }
    let login = |name: &str| json!({ "identifier": name, "password": PASSWORD });
    let nobody = kith.nobody();
    nobody
        .post("/api/auth/login", login("ann"))
        .await
        .problem(401, "invalid_credentials");
    let tokens = nobody.post("/api/auth/login", login("ann.lee")).await.expect(200);
    assert_eq!(tokens["user"]["username"], "ann.lee");
    assert_eq!(
        rename(&ann, "ann").await.expect(200)["username"],
        "ann",
        "it was kept for her"
    );
}

#[tokio::test]
async fn after_its_time_a_former_name_is_anybodys() {
    let kith = Kith::start_with(&[("USERNAME_RESERVED_SECONDS", "0")]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    rename(&ann, "ann.lee").await.expect(200);
    rename(&bob, "ann").await.expect(200);
    rename(&ann, "ann").await.problem(409, "username_taken");
    register(&kith, "bob", "new@example.com").await.expect(201);
}

#[tokio::test]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let kith = Kith::start().await;
    let people = kith.people(["ann", "bob", "cid", "dan", "eve"]).await;
    let answers = join_all(people.iter().map(|person| rename(person, "wanted"))).await;
    let got: Vec<Value> = answers
        .into_iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.body)
        .collect();
    assert_eq!(got.len(), 1, "{got:?}");
}
