//! Profiles and the follow graph.

mod following;
mod own;

use serde_json::Value;
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
