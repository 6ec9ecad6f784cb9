//! A transcode that was under way when the machine went dark.

use super::{Running, ann, dies, get, post};
use crate::videos::clips;
use reqwest::Client;
use serde_json::{Value, json};
use std::time::Duration;

/// Waits until the video is as `wanted`, for two minutes at most.
async fn until(kith: &Running, path: &str, token: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let video = get(&kith.url, path, token).await;
            if wanted(&video) {
                return video;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), looking)
        .await
        .expect("within two minutes")
}

async fn upload(kith: &Running, token: &str, bytes: Vec<u8>) -> String {
    let asked = json!({ "contentType": "video/mp4", "sizeBytes": bytes.len() });
    let (status, ticket) = post(&kith.url, "/api/videos/upload-url", Some(token), &asked).await;
    assert_eq!(status, 201, "{ticket}");
    let mut put = Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .put(ticket["uploadUrl"].as_str().unwrap());
    for (name, value) in ticket["headers"].as_object().unwrap() {
        put = put.header(name, value.as_str().unwrap());
    }
    assert!(put.body(bytes).send().await.unwrap().status().is_success());
    format!("/api/videos/{}", ticket["videoId"].as_str().unwrap())
}

#[tokio::test]
async fn a_transcode_that_died_with_its_kith_is_finished_by_the_next() {
    let data = tempfile::tempdir().unwrap();
    let kith = Running::start(data.path()).await;
    let (_, tokens) = ann(&kith.url).await;
    let token = tokens["accessToken"].as_str().unwrap();
    let path = upload(&kith, token, clips::clip("1280x720", 12).await).await;
    until(&kith, &path, token, |video| {
        video["progress"]
            .as_u64()
            .is_some_and(|progress| (1..90).contains(&progress))
    })
    .await;
    dies(kith).await;

    let kith = Running::start(data.path()).await;
    let video = until(&kith, &path, token, |video| {
        video["uploadStatus"] == "ready" || video["uploadStatus"] == "failed"
    })
    .await;
    assert_eq!(
        (video["uploadStatus"].as_str(), video["height"].as_u64()),
        (Some("ready"), Some(720)),
        "{video}"
    );
    let manifest = video["hlsManifestUrl"].as_str().unwrap();
    assert!(
        manifest.starts_with(&kith.url),
        "{manifest}: no address is stored"
    );
    let nobody = Client::builder().no_proxy().build().unwrap();
    assert_eq!(nobody.get(manifest).send().await.unwrap().status(), 200);
    dies(kith).await;
}
