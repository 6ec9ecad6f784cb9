//! Posts: what they say, who sees it, what becomes of them.

mod editing;
mod keeping;
mod law;
mod making;
mod naming;
mod replying;
mod sharing;
mod tags;
mod uploading;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Person};

fn path(post: &Value) -> String {
    format!("/api/posts/{}", post["postId"].as_str().unwrap())
}

async fn post_with(person: &Person, body: Value, key: &str) -> Answer {
    let request = person.request(Method::POST, "/api/posts");
    person
        .send(request.header("idempotency-key", key).json(&body))
        .await
}

/// Writes a post that is as `body` says.
async fn written(person: &Person, body: Value) -> Value {
    person.post("/api/posts", body).await.expect(201)
}

/// Changes a post and answers it.
async fn edited(person: &Person, post: &Value, body: Value) -> Value {
    person.put(&path(post), body).await.expect(200)
}

/// Shares a post and answers the repost or quote.
async fn shared(person: &Person, post: &Value, text: Option<&str>) -> Value {
    let body = text.map_or(json!({}), |text| json!({ "text": text }));
    person
        .post(&format!("{}/share", path(post)), body)
        .await
        .expect(201)
}

fn ids(posts: &[Value]) -> Vec<&str> {
    posts
        .iter()
        .map(|post| post["postId"].as_str().unwrap())
        .collect()
}

fn id(post: &Value) -> &str {
    post["postId"].as_str().unwrap()
}
