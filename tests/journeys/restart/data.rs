//! What was acknowledged is there again.

use super::{Running, ann, dies, get, post};
use serde_json::{Value, json};
use testkit::rounds;

async fn feed(url: &str, token: &str) -> Vec<Value> {
    let page = get(url, "/api/feed?limit=100", token).await;
    let mut ids: Vec<Value> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|post| post["postId"].clone())
        .collect();
    ids.reverse();
    ids
}

#[tokio::test]
async fn killed_and_started_again_it_has_lost_nothing_and_left_nobody_behind() {
    let data = tempfile::tempdir().unwrap();
    let mut kith = Running::start(data.path()).await;
    let (ann, mut tokens) = ann(&kith.url).await;
    let mut written = Vec::new();
    for round in 0..rounds() {
        let token = tokens["accessToken"].as_str().unwrap().to_owned();
        for n in 0..3 {
            let text = json!({ "text": format!("post {n} of round {round}") });
            let (status, made) = post(&kith.url, "/api/posts", Some(&token), &text).await;
            assert_eq!(status, 201, "{made}");
            written.push(made["postId"].clone());
        }
        dies(kith).await;

        kith = Running::start(data.path()).await;
        // the same keys: the token that was given out before is still good
        let found = feed(&kith.url, &token).await;
        assert_eq!(found, written[written.len() - found.len()..]);
        assert_eq!(found.len(), written.len().min(100));
        let exchange = json!({ "refreshToken": tokens["refreshToken"] });
        let (status, next) = post(&kith.url, "/api/auth/refresh", None, &exchange).await;
        assert_eq!(status, 200, "{next}");
        tokens = next;
    }
    let (status, problem) = post(&kith.url, "/api/auth/register", None, &ann).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("email_taken")));
    dies(kith).await;
}
