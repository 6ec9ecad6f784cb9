//! Everything that is held about somebody.

use crate::callers::costs::events_stay_in_budget;
use crate::erasure::{self, scan};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Kith, Load, Loaded, PASSWORD, Person};

pub(crate) const EXPORT: &str = "/api/auth/export";

/// The export, when it is ready.
pub(crate) async fn ready(kith: &Kith, person: &Person, export: &Value) -> Value {
    let path = format!("{EXPORT}/{}", export["exportId"].as_str().unwrap());
    let mut last = Value::Null;
    kith.until("the export is ready", async || {
        last = person.get(&path).await.expect(200);
        last["state"] == "ready"
    })
    .await;
    last
}

/// The files of a ZIP whose entries are deflated, by name.
pub(crate) fn unpacked(archive: &[u8]) -> BTreeMap<String, Value> {
    use std::io::Read;
    let short = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
    let long = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
    let end = archive.len() - 22;
    let mut at = long(end + 16);
    let mut files = BTreeMap::new();
    for _ in 0..short(end + 10) {
        let (packed, name, header) = (long(at + 20), short(at + 28), long(at + 42));
        let text = String::from_utf8(archive[at + 46..at + 46 + name].to_vec()).unwrap();
        let from = header + 30 + name;
        let mut content = String::new();
        flate2::read::DeflateDecoder::new(&archive[from..from + packed])
            .read_to_string(&mut content)
            .unwrap();
        files.insert(text, serde_json::from_str(&content).unwrap());
        at += 46 + name;
    }
    files
}

async fn downloaded(kith: &Kith, person: &Person, export: &Value) -> BTreeMap<String, Value> {
    let export = ready(kith, person, export).await;
    // every message told twice changes nothing
    kith.settled().await;
    let url = export["url"].as_str().unwrap();
    let answer = kith.nobody().request(Method::GET, url).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/zip");
    unpacked(&answer.bytes().await.unwrap())
}

#[tokio::test]
async fn a_person_downloads_all_that_is_held_about_them() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    ann.get("/api/profiles/me").await.expect(200);
    bob.get("/api/profiles/me").await.expect(200);
    ann.follows(&bob).await;
    let post = ann.posts("words of hers").await;
    bob.comments(&post, "he says").await;
    kith.settled().await;

    let asked = ann.post_nothing(EXPORT).await;
    let location = asked.headers["location"].clone();
    let export = asked.expect(201);
    assert_eq!(
        location,
        format!("{EXPORT}/{}", export["exportId"].as_str().unwrap())
    );
    bob.get(&location).await.problem(404, "not_found");
    let files = downloaded(&kith, &ann, &export).await;
    let folders: Vec<&str> = files.keys().map(|name| name.split('/').next().unwrap()).collect();
    for function in ["auth", "notifications", "posts", "profiles"] {
        assert!(folders.contains(&function), "{function} in {:?}", files.keys());
    }
    let all = json!(files).to_string();
    for held in ["ann@example.com", "words of hers", &ann.user_id] {
        assert!(all.contains(held), "{held} in {all}");
    }
    for secret in ["argon2", "\"current\"", "bob@example.com"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn one_export_at_a_time_and_not_for_ever() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&[("EXPORT_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    kith.hold("auth-export-part").await;
    let first = ann.post_nothing(EXPORT).await.expect(201);
    let second = ann.post_nothing(EXPORT).await.expect(201);
    assert_eq!(first["exportId"], second["exportId"]);
    kith.release("auth-export-part").await;
    ready(&kith, &ann, &first).await;
    kith.settled().await;
    let path = format!("{EXPORT}/{}", first["exportId"].as_str().unwrap());
    kith.until("its time is over", async || {
        kith.run_schedule("auth-accounts").await;
        ann.get(&path).await.status == 404
    })
    .await;
    let bucket = format!("{}-exports", kith.at.project);
    let left = kith
        .emulator(Method::GET, &format!("/storage/v1/b/{bucket}/o"), None)
        .await
        .ok();
    assert!(left["items"].as_array().is_none_or(Vec::is_empty), "{left}");
}

#[tokio::test]
async fn an_address_that_waits_for_its_code_is_told_to_its_owner_and_goes_with_the_account() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&[("ERASURE_PAUSE_SECONDS", "1")]).await;
    let [ann] = kith.people(["anselma"]).await;
    let change = json!({ "email": "anselma@elsewhere.example", "password": PASSWORD });
    ann.post("/api/auth/email/change", change).await.expect(202);
    kith.settled().await;
    let export = ann.post_nothing(EXPORT).await.expect(201);
    let held = json!(downloaded(&kith, &ann, &export).await);
    assert!(held.to_string().contains("anselma@elsewhere.example"), "{held}");
    assert!(!held.to_string().contains("\"issue\""), "{held}");

    // whatever the letters say, they are of no use to anybody now
    let words = [
        "anselma@elsewhere.example",
        "anselma@example.com",
        ann.user_id.as_str(),
    ];
    assert!(!scan::found(&kith, &words[..1]).await.is_empty());
    let report = json!({ "password": PASSWORD });
    let report = ann.post("/api/auth/account/delete", report).await.expect(202);
    erasure::reported(&kith, &report).await;
    kith.settled().await;
    assert_eq!(scan::found(&kith, &words).await, Vec::<String>::new());
}

#[tokio::test]
async fn thousands_of_things_are_written_in_many_stints() {
    if testkit::left_out() {
        return;
    }
    // a stint is over after its first page
    let kith = Kith::start_with(&[("EXPORT_STINT_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    let load = Load::into(kith.at.emulator, &kith.at.project).await;
    load.store((0..3_000).map(|number| Loaded::post(&ann.user_id, number, 1_000)))
        .await;
    kith.shuffle(1, testkit::seed()).await;
    let export = ann.post_nothing(EXPORT).await.expect(201);
    let export = ready(&kith, &ann, &export).await;
    kith.settled().await;
    let answer = kith
        .nobody()
        .request(Method::GET, export["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let files = unpacked(&answer.bytes().await.unwrap());
    let pages = files.iter().filter(|(name, _)| name.starts_with("posts/posts-"));
    let posts: Vec<&Value> = pages.flat_map(|(_, page)| page.as_array().unwrap()).collect();
    let ids: BTreeSet<&str> = posts
        .iter()
        .map(|post| post["postId"].as_str().unwrap())
        .collect();
    assert_eq!((posts.len(), ids.len()), (3_000, 3_000), "each once");
    let stints = kith.published("identity", "export.writing").await;
    let of_posts = stints.iter().filter(|stint| stint["function"] == "posts").count();
    assert!(of_posts > 15, "a page of 200 each: {of_posts}");
    // no delivery holds more than a page, whatever there is
    let path = format!("/_emulator/pubsub/pushes?project={}", kith.at.project);
    let pushes = kith.emulator(Method::GET, &path, None).await.ok();
    let most = pushes["pushes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|push| push["subscription"].as_str().unwrap().contains("posts-export"))
        .filter_map(|push| push["headers"]["kith-operations"].as_str())
        .filter_map(|cost| {
            cost.split(',')
                .find_map(|part| part.strip_prefix("reads=")?.parse::<u64>().ok())
        })
        .max();
    assert!(most.is_some_and(|most| most <= 230), "{most:?}");
    events_stay_in_budget(&kith).await;
}
