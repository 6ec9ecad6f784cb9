//! Documents.

use super::{Search, get};
use testkit::Kith;

/// Every document at any depth, also below documents that are not there.
pub(super) async fn search(kith: &Kith, search: &mut Search) {
    let root = format!("projects/{}/databases/(default)/documents", kith.at.project);
    let look = |path: &str, cursor: &str| {
        format!("/_emulator/firestore/documents?path={path}&limit=200&cursor={cursor}")
    };
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        let below = get(kith, &look(&parent, "")).await;
        for collection in below["collections"].as_array().unwrap() {
            let id = collection.as_str().unwrap();
            let collection = format!("{parent}/{id}");
            let mut cursor = String::new();
            loop {
                let page = get(kith, &look(&collection, &cursor)).await;
                for document in page["documents"].as_array().unwrap() {
                    let name = document["name"].as_str().unwrap();
                    let whole = get(kith, &look(name, "")).await;
                    search.look(id, name, whole["document"].to_string().as_bytes());
                    parents.push(name.to_owned());
                }
                match page["cursor"].as_str() {
                    Some(next) if !next.is_empty() => cursor = next.to_owned(),
                    _ => break,
                }
            }
        }
    }
}
