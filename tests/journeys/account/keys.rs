//! The keys that sign are changed while people use Kith.

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use testkit::{Kith, Person};

/// `scripts/rotate-keys`, one step.
fn rotate(file: &Path, step: &str) -> bool {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/rotate-keys");
    let run = Command::new("bash").arg(script).arg(file).arg(step).status();
    run.expect("bash runs").success()
}

fn kid(person: &Person) -> String {
    use base64::Engine;
    let head = person.token.as_ref().unwrap().split('.').next().unwrap();
    let head = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(head).unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

async fn published(kith: &Kith) -> Vec<String> {
    let answer = kith.nobody().get("/.well-known/jwks.json").await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=300");
    let keys = answer.expect(200)["keys"].clone();
    let keys = keys.as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn refreshed(person: &Person) -> Person {
    let exchange = json!({ "refreshToken": person.refresh_token });
    let tokens = person.post("/api/auth/refresh", exchange).await.expect(200);
    person.with_tokens(&tokens)
}

/// Every function takes their token: `auth` and others.
async fn is_in(person: &Person) {
    for path in [
        "/api/auth/me",
        "/api/profiles/me",
        "/api/feed",
        "/api/notifications",
    ] {
        person.get(path).await.expect(200);
    }
}

#[tokio::test]
async fn keys_rotate_and_nobody_is_logged_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.pem");
    std::fs::write(&file, local::Secrets::new().unwrap().signing_keys).unwrap();
    let kith = Kith::start_with(&[
        ("SIGNING_KEYS_FILE", file.to_str().unwrap()),
        ("SIGNING_KEYS_SECONDS", "0"),
        ("JWKS_APART_SECONDS", "0"),
    ])
    .await;
    let [ann] = kith.people(["ann"]).await;
    is_in(&ann).await;
    let old = kid(&ann);

    assert!(rotate(&file, "publish"));
    let keys = published(&kith).await;
    assert_eq!((keys.len(), &keys[0]), (2, &old));
    let ann = refreshed(&ann).await;
    assert_eq!(
        kid(&ann),
        old,
        "the new key does not sign before everybody may know it"
    );
    is_in(&ann).await;

    assert!(rotate(&file, "sign"));
    let next = refreshed(&ann).await;
    assert_eq!(kid(&next), keys[1]);
    // both tokens are good, and whoever comes new too
    let [bob] = kith.people(["bob"]).await;
    for person in [&ann, &next, &bob] {
        is_in(person).await;
    }

    assert!(rotate(&file, "retire"));
    assert_eq!(published(&kith).await, [keys[1].clone()]);
    let last = refreshed(&next).await;
    for person in [&next, &bob, &last] {
        is_in(person).await;
    }
    assert!(!rotate(&file, "retire"), "one key must stay");
}
