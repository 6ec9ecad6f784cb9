//! Posts that a crowd looks at, and numbers after anything.

mod crowd;
mod law;
mod recount;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kith;

/// Every kind of reaction.
const KINDS: [&str; 6] = ["like", "love", "haha", "wow", "sad", "angry"];

/// So many of each kind, as a resource shows them.
fn counts(of: impl Fn(&str) -> u64) -> Value {
    KINDS
        .iter()
        .map(|kind| ((*kind).to_owned(), json!(of(kind))))
        .collect()
}

/// The number document of a thing (`post:7b0f...`), if it was ever written.
async fn counter_document(kith: &Kith, subject: &str) -> Value {
    let root = format!("projects/{}/databases/(default)/documents", kith.at.project);
    let path = format!("/_emulator/firestore/documents?path={root}/counters/{subject}");
    kith.emulator(Method::GET, &path, None).await.ok()["document"].clone()
}

/// How often it was written: each count raises its generation.
async fn counter_writes(kith: &Kith, subject: &str) -> u64 {
    let document = counter_document(kith, subject).await;
    let generation = document["fields"]["generation"]["integerValue"].as_str();
    generation.map_or(0, |text| text.parse().expect("a number"))
}
