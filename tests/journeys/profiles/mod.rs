//! Profiles and the follow graph.

mod blocks;
mod edges;
mod following;
mod hidden;
mod histories;
mod lists;
mod own;
mod pictures;
mod private;
mod suggestions;
mod usernames;

use serde_json::{Value, json};
use testkit::{Kith, Person};

fn profile_of(person: &Person) -> String {
    format!("/api/profiles/{}", person.user_id)
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["userId"].as_str()).collect()
}

async fn counts(kith: &Kith, person: &Person) -> Value {
    let profile = kith.nobody().get(&profile_of(person)).await.expect(200);
    profile["counts"].clone()
}

/// How somebody stands to another as they see it, when only this is so.
fn view(so: &[&str]) -> Value {
    let names = ["following", "followedBy", "requested", "blocking", "muting"];
    let mut view: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(so.contains(name))))
        .collect();
    if so.contains(&"following") {
        view.insert("notify".to_owned(), json!("none"));
    }
    view.into()
}

/// People with a token and a profile.
async fn people<const N: usize>(kith: &Kith, names: [&str; N]) -> [Person; N] {
    let people = names.map(|name| kith.minted(name, &[]));
    for person in &people {
        person.get("/api/profiles/me").await.expect(200);
    }
    people
}

/// Makes an account private, or public again.
async fn is_private(person: &Person, private: bool) {
    let edit = json!({ "displayName": "somebody", "isPrivate": private });
    let written = person.put(&profile_of(person), edit).await.expect(200);
    assert_eq!(written["isPrivate"], private);
}

async fn follow(one: &Person, other: &Person) -> Value {
    one.post_nothing(&format!("{}/follow", profile_of(other)))
        .await
        .expect(200)
}

async fn block(one: &Person, other: &Person) -> Value {
    one.post_nothing(&format!("{}/block", profile_of(other)))
        .await
        .expect(200)
}

/// Answers a request: `accept` or `reject`.
async fn answer(one: &Person, other: &Person, how: &str) -> testkit::Answer {
    let path = format!("/api/profiles/me/follow-requests/{}/{how}", other.user_id);
    one.post_nothing(&path).await
}
