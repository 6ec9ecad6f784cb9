//! Objects.

use super::{Search, get};
use reqwest::Method;
use testkit::Kith;

/// The content of an object that is looked at, in bytes.
const SMALL: usize = 2 * 1024 * 1024;

/// Every object of every bucket: its name, what is said of it, and its bytes.
pub(super) async fn search(kith: &Kith, search: &mut Search) {
    let buckets = get(kith, &format!("/storage/v1/b?project={}", kith.at.project)).await;
    for bucket in buckets["items"].as_array().into_iter().flatten() {
        let bucket = bucket["name"].as_str().unwrap();
        let mut page = String::new();
        loop {
            let path = format!("/storage/v1/b/{bucket}/o?versions=true&pageToken={page}");
            let listed = get(kith, &path).await;
            for object in listed["items"].as_array().into_iter().flatten() {
                let name = object["name"].as_str().unwrap();
                let bytes = bytes(kith, bucket, name).await;
                let content = [object.to_string().as_bytes(), &bytes].concat();
                search.look(bucket, name, &content);
            }
            match listed["nextPageToken"].as_str() {
                Some(next) => page = next.to_owned(),
                None => break,
            }
        }
    }
}

async fn bytes(kith: &Kith, bucket: &str, name: &str) -> Vec<u8> {
    let address = kith.at.emulator;
    let url = format!(
        "http://{address}/storage/v1/b/{bucket}/o/{}?alt=media",
        name.replace('/', "%2F")
    );
    let answer = kith.nobody().request(Method::GET, &url).send().await.unwrap();
    let mut bytes = answer.bytes().await.unwrap().to_vec();
    bytes.truncate(SMALL);
    bytes
}
