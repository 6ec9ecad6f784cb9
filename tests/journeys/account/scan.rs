//! Everything that is stored anywhere, searched: whatever collections, buckets, keys and messages there are.

use cloud::redis;
use reqwest::Method;
use serde_json::Value;
use testkit::Kith;

/// Where one of `words` is found, in any case: in names or contents.
pub(super) async fn found(kith: &Kith, words: &[&str]) -> Vec<String> {
    let mut search = Search {
        words: words.iter().map(|word| word.to_lowercase()).collect(),
        looked: 0,
        found: Vec::new(),
    };
    documents(kith, &mut search).await;
    objects(kith, &mut search).await;
    keys(kith, &mut search).await;
    messages(kith, &mut search).await;
    assert!(search.looked > 0, "there is nothing at all");
    search.found
}

struct Search {
    words: Vec<String>,
    looked: usize,
    found: Vec<String>,
}

impl Search {
    fn look(&mut self, place: &str, content: &str) {
        self.looked += 1;
        let text = format!("{place} {content}").to_lowercase();
        if let Some(word) = self.words.iter().find(|word| text.contains(*word)) {
            self.found.push(format!("{word} in {place}: {content}"));
        }
    }
}

async fn get(kith: &Kith, path: &str) -> Value {
    kith.emulator(Method::GET, path, None).await.ok()
}

/// Every document at any depth, also below documents that are not there.
async fn documents(kith: &Kith, search: &mut Search) {
    let root = format!("projects/{}/databases/(default)/documents", kith.at.project);
    let look = |path: &str, cursor: &str| {
        format!("/_emulator/firestore/documents?path={path}&limit=200&cursor={cursor}")
    };
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        let below = get(kith, &look(&parent, "")).await;
        for collection in below["collections"].as_array().unwrap() {
            let collection = format!("{parent}/{}", collection.as_str().unwrap());
            let mut cursor = String::new();
            loop {
                let page = get(kith, &look(&collection, &cursor)).await;
                for document in page["documents"].as_array().unwrap() {
                    let name = document["name"].as_str().unwrap();
                    let whole = get(kith, &look(name, "")).await;
                    search.look(name, &whole["document"].to_string());
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

/// Every object of every bucket: its name, what is said of it, and its bytes.
async fn objects(kith: &Kith, search: &mut Search) {
    let buckets = get(kith, &format!("/storage/v1/b?project={}", kith.at.project)).await;
    for bucket in buckets["items"].as_array().into_iter().flatten() {
        let bucket = bucket["name"].as_str().unwrap();
        let listed = get(kith, &format!("/storage/v1/b/{bucket}/o?versions=true")).await;
        for object in listed["items"].as_array().into_iter().flatten() {
            let name = object["name"].as_str().unwrap();
            let path = format!("/storage/v1/b/{bucket}/o/{}?alt=media", name.replace('/', "%2F"));
            let bytes = kith.emulator(Method::GET, &path, None).await;
            search.look(&format!("{bucket}/{name}"), &format!("{object} {}", bytes.body));
        }
    }
}

/// Every key of Redis that is this Kith's, and its value.
async fn keys(kith: &Kith, search: &mut Search) {
    let client = redis::Client::open(kith.at.redis.as_str()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let mut keys = Vec::new();
    let mut cursor = 0_u64;
    loop {
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor)
            .arg("MATCH")
            .arg(format!("{}:*", kith.at.project));
        let (next, some): (u64, Vec<String>) = scan.query_async(&mut redis).await.unwrap();
        keys.extend(some);
        cursor = next;
        if cursor == 0 {
            break;
        }
    }
    for key in keys {
        let kind: String = redis::cmd("TYPE")
            .arg(&key)
            .query_async(&mut redis)
            .await
            .unwrap();
        let mut read = match kind.as_str() {
            "string" => redis::cmd("GET"),
            "hash" => redis::cmd("HGETALL"),
            "set" => redis::cmd("SMEMBERS"),
            "zset" => redis::cmd("ZRANGE"),
            "list" => redis::cmd("LRANGE"),
            // it has just run out
            "none" => continue,
            other => panic!("{key} is a {other}"),
        };
        read.arg(&key);
        if ["zset", "list"].contains(&kind.as_str()) {
            read.arg(0).arg(-1);
        }
        let value: redis::Value = read.query_async(&mut redis).await.unwrap();
        search.look(&format!("Redis {key}"), &text(&value));
    }
}

fn text(value: &redis::Value) -> String {
    match value {
        redis::Value::BulkString(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        redis::Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(" "),
        redis::Value::Map(pairs) => {
            let pair = |(key, value): &(redis::Value, redis::Value)| format!("{}={}", text(key), text(value));
            pairs.iter().map(pair).collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    }
}

/// Every message that some subscription has still to deliver. All is settled, so none is under way; what nobody could take lies with the dead letters.
async fn messages(kith: &Kith, search: &mut Search) {
    let state = get(
        kith,
        &format!("/_emulator/pubsub/state?project={}", kith.at.project),
    )
    .await;
    for subscription in state["subscriptions"].as_array().unwrap() {
        let name = subscription["name"].as_str().unwrap();
        search.look(name, "");
        let owed = ["undelivered", "leased", "deadLetters"].map(|kind| subscription[kind].as_u64().unwrap());
        if owed != [0, 0, 0] {
            let pull = format!("/v1/{name}:pull");
            let body = serde_json::json!({ "maxMessages": 1000, "returnImmediately": true });
            let pulled = kith.emulator(Method::POST, &pull, Some(body)).await.body;
            for received in pulled["receivedMessages"].as_array().into_iter().flatten() {
                search.look(name, &decoded(&received["message"]));
            }
        }
    }
}

fn decoded(message: &Value) -> String {
    use base64::Engine;
    let data = message["data"].as_str().unwrap_or_default();
    let data = base64::prelude::BASE64_STANDARD.decode(data).unwrap_or_default();
    format!("{message} {}", String::from_utf8_lossy(&data))
}
