//! What is of no use after a time is deleted by policies of Firestore.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::Kith;

const FIELD: &str = "expireAt";

/// The collections with a policy; the field has no index, which would be one that rises at one place.
fn policies() -> BTreeSet<String> {
    let declared: Value = serde_json::from_str(local::INDEXES).unwrap();
    let overrides = declared["fieldOverrides"].as_array().unwrap().iter();
    let of_field = overrides.filter(|field| field["fieldPath"] == FIELD);
    let with_policy = of_field.filter(|field| field["ttl"] == true && field["indexes"] == json!([]));
    with_policy
        .map(|field| field["collectionGroup"].as_str().unwrap().to_owned())
        .collect()
}

/// The collections in which a document says when it expires, in the type that policies read.
async fn expiring(kith: &Kith) -> BTreeSet<String> {
    let root = format!("projects/{}/databases/(default)/documents", kith.at.project);
    let look = async |path: &str| {
        let path = format!("/_emulator/firestore/documents?path={path}&limit=200");
        kith.emulator(Method::GET, &path, None).await.ok()
    };
    let mut found = BTreeSet::new();
    // kept answers lie below the function that gave them
    for parent in [root.clone(), format!("{root}/functions/posts")] {
        for collection in look(&parent).await["collections"].as_array().unwrap() {
            let collection = collection.as_str().unwrap();
            let listed = look(&format!("{parent}/{collection}")).await;
            for document in listed["documents"].as_array().unwrap() {
                let whole = look(document["name"].as_str().unwrap()).await["document"].to_string();
                if whole.contains(FIELD) {
                    let timestamp = format!("\"{FIELD}\":{{\"timestampValue\"");
                    assert!(whole.contains(&timestamp), "{whole}");
                    found.insert(collection.to_owned());
                }
            }
        }
    }
    found
}

#[tokio::test]
async fn whatever_expires_is_deleted_by_a_policy() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    kith.hold("auth-mail-due").await;
    let [ann] = kith.people(["ann"]).await;
    let request = ann.request(Method::POST, "/api/posts");
    let request = request.header("idempotency-key", "once");
    ann.send(request.json(&json!({ "text": "first #light" })))
        .await
        .expect(201);
    let (found, policies) = (expiring(&kith).await, policies());
    assert!(
        found.is_subset(&policies),
        "{found:?} expire, {policies:?} are deleted"
    );
    for known in ["codes", "idempotency", "letters", "sessions"] {
        assert!(found.contains(known), "{known} is not among {found:?}");
    }
    kith.release("auth-mail-due").await;
}
