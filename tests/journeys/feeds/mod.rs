//! Feeds: the home timeline, kept in Redis and merged on read, and everyone's posts.

mod asked;
mod counted;
mod history;
mod merged;
mod outage;
mod people;
mod timelines;

use local::Redis;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn texts(posts: &[Value]) -> Vec<&str> {
    posts.iter().map(|post| post["text"].as_str().unwrap()).collect()
}

async fn say(person: &Person, text: &str, visibility: &str) -> Value {
    let body = json!({ "text": text, "visibility": visibility });
    person.post("/api/posts", body).await.expect(201)
}

fn path(post: &Value) -> String {
    format!("/api/posts/{}", post["postId"].as_str().unwrap())
}

async fn unfollows(person: &Person, other: &Person) {
    let path = format!("/api/profiles/{}/follow", other.user_id);
    person.delete(&path).await.expect(204);
}

/// The messages of a subscription of `posts`.
struct Messages<'a> {
    kith: &'a Kith,
    subscription: &'static str,
}

/// The pages of fan-out.
fn fan_out(kith: &Kith) -> Messages<'_> {
    Messages {
        kith,
        subscription: "posts-feed-fan-out",
    }
}

impl Messages<'_> {
    /// Keeps them waiting.
    async fn hold(&self) {
        self.kith.hold(self.subscription).await;
    }

    async fn release(&self) {
        self.kith.release(self.subscription).await;
    }

    /// Loses those that wait: they count as acknowledged.
    async fn lose(&self) {
        let project = &self.kith.at.project;
        let path = format!("/v1/projects/{project}/subscriptions/{}:seek", self.subscription);
        let body = json!({ "time": contracts::Clock::system().now() });
        self.kith.emulator(Method::POST, &path, Some(body)).await.ok();
    }
}

/// Takes everything from Redis at once.
async fn flush(redis: &Redis) {
    let mut socket = TcpStream::connect(redis.address()).await.unwrap();
    socket.write_all(b"FLUSHALL\r\n").await.unwrap();
    let mut answer = [0; 5];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"+OK\r\n");
}
