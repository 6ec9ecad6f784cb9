//! Every endpoint, with every kind of caller. An endpoint that this table does not name fails it.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Answer, Kith, PASSWORD, Person};

/// Who calls, about something of the owner's that only followers may see.
const CALLERS: [&str; 4] = ["nobody", "a stranger", "a follower", "the owner"];

/// An endpoint, a body for it, and the status that each of [`CALLERS`] gets.
struct Row {
    endpoint: &'static str,
    body: fn(&World) -> Value,
    expected: [u16; 4],
}

fn row(endpoint: &'static str, expected: [u16; 4]) -> Row {
    Row {
        endpoint,
        body: |_| Value::Null,
        expected,
    }
}

fn with(endpoint: &'static str, body: fn(&World) -> Value, expected: [u16; 4]) -> Row {
    Row {
        endpoint,
        body,
        expected,
    }
}

/// What the endpoints are about: made anew for every call, so that no call changes what another one meets.
struct World {
    caller: Person,
    owner: Person,
    post: String,
    comment: String,
    video: String,
    notification: String,
}

const ALL: [u16; 4] = [200; 4];
const SIGNED_IN: [u16; 4] = [401, 200, 200, 200];
const FOLLOWERS: [u16; 4] = [404, 404, 200, 200];

fn auth() -> Vec<Row> {
    vec![
        row("GET /.well-known/jwks.json", ALL),
        row("GET /.well-known/openid-configuration", ALL),
        with("POST /api/auth/register", |_| newcomer(), [201; 4]),
        with(
            "POST /api/auth/login",
            |w| json!({ "identifier": w.owner.username, "password": PASSWORD }),
            ALL,
        ),
        with(
            "POST /api/auth/refresh",
            |_| json!({ "refreshToken": "nonsense" }),
            [401; 4],
        ),
        row("POST /api/auth/logout", [401, 204, 204, 204]),
        row("GET /api/auth/me", SIGNED_IN),
    ]
}

fn profiles() -> Vec<Row> {
    let mine = |_: &World| json!({ "displayName": "New" });
    vec![
        row("GET /api/profiles/{userId}", ALL),
        row("GET /api/profiles/by-username/{username}", ALL),
        row("GET /api/profiles/me", SIGNED_IN),
        with("PUT /api/profiles/{userId}", mine, [401, 403, 403, 200]),
        row("POST /api/profiles/{userId}/follow", [401, 200, 200, 422]),
        row("DELETE /api/profiles/{userId}/follow", [401, 204, 204, 422]),
        row("GET /api/profiles/{userId}/followers", ALL),
        row("GET /api/profiles/{userId}/following", ALL),
    ]
}

fn posts() -> Vec<Row> {
    let text = |_: &World| json!({ "text": "words" });
    let like = |_: &World| json!({ "type": "like" });
    vec![
        with("POST /api/posts", text, [401, 201, 201, 201]),
        row("GET /api/posts/{postId}", FOLLOWERS),
        row("DELETE /api/posts/{postId}", [401, 404, 403, 204]),
        row("GET /api/feed", SIGNED_IN),
        row("GET /api/users/{userId}/posts", ALL),
        with("POST /api/posts/{postId}/comments", text, [401, 404, 201, 201]),
        row("GET /api/posts/{postId}/comments", FOLLOWERS),
        row("GET /api/comments/{commentId}", FOLLOWERS),
        row("DELETE /api/comments/{commentId}", [401, 404, 403, 204]),
        row("GET /api/comments/{commentId}/replies", FOLLOWERS),
        with("POST /api/posts/{postId}/reactions", like, [401, 404, 201, 201]),
        row("DELETE /api/posts/{postId}/reactions", [401, 404, 204, 204]),
        row("GET /api/posts/{postId}/reactions", FOLLOWERS),
        with(
            "POST /api/comments/{commentId}/reactions",
            like,
            [401, 404, 201, 201],
        ),
        row("DELETE /api/comments/{commentId}/reactions", [401, 404, 204, 204]),
        row("GET /api/comments/{commentId}/reactions", FOLLOWERS),
    ]
}

fn notifications() -> Vec<Row> {
    let one = |w: &World| json!({ "notificationIds": [w.notification] });
    vec![
        row("GET /api/notifications", SIGNED_IN),
        row("GET /api/notifications/unread-count", SIGNED_IN),
        with("POST /api/notifications/mark-read", one, SIGNED_IN),
        row("POST /api/notifications/mark-all-read", SIGNED_IN),
        row("DELETE /api/notifications/{notificationId}", [401, 404, 404, 204]),
    ]
}

fn videos() -> Vec<Row> {
    let upload = |_: &World| json!({ "contentType": "video/mp4", "sizeBytes": 1000 });
    let complete = |w: &World| json!({ "videoId": w.video, "title": "Waves" });
    vec![
        with("POST /api/videos/upload-url", upload, [401, 201, 201, 201]),
        with("POST /api/videos/shorts/upload-url", upload, [401, 201, 201, 201]),
        with("POST /api/videos", complete, [401, 404, 404, 201]),
        // not ready: its owner's alone
        row("GET /api/videos/{videoId}", [404, 404, 404, 200]),
        row("GET /api/videos/{videoId}/stream", [404, 404, 404, 409]),
    ]
}

fn table() -> Vec<Row> {
    [auth(), profiles(), posts(), notifications(), videos()]
        .into_iter()
        .flatten()
        .collect()
}

fn newcomer() -> Value {
    let name = format!("n{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
    json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD, "displayName": "New" })
}

/// The people of the table; what they do in one call must not change who they are in the next.
struct Cast {
    owner: Person,
    stranger: Person,
    follower: Person,
}

impl Cast {
    async fn new(kith: &Kith) -> Self {
        let [owner, stranger, follower] = kith.people(["owner", "stranger", "follower"]).await;
        for person in [&owner, &stranger, &follower] {
            person.get("/api/profiles/me").await.expect(200);
        }
        Self {
            owner,
            stranger,
            follower,
        }
    }

    /// A caller of kind `who`, and new things of the owner's.
    async fn world(&self, kith: &Kith, who: usize, row: &Row) -> World {
        let owner = self.owner.clone();
        self.follower.follows(&owner).await;
        self.stranger
            .delete(&format!("/api/profiles/{}/follow", owner.user_id))
            .await
            .expect(204);
        let caller = match CALLERS[who] {
            "nobody" => kith.nobody(),
            "a stranger" => self.stranger.clone(),
            "a follower" => self.follower.clone(),
            _ => owner.clone(),
        };
        let post = json!({ "text": "for followers", "visibility": "followers" });
        let post = owner.post("/api/posts", post).await.expect(201);
        let comment = owner.comments(&post, "first").await;
        let upload = json!({ "contentType": "video/mp4", "sizeBytes": 1000 });
        let video = owner.post("/api/videos/upload-url", upload).await.expect(201);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        World {
            caller,
            post: text(&post["postId"]),
            comment: text(&comment["commentId"]),
            video: text(&video["videoId"]),
            notification: if row.endpoint.contains("{notificationId}") {
                self.notification(kith, &post).await
            } else {
                uuid::Uuid::new_v4().to_string()
            },
            owner,
        }
    }

    /// An entry of the owner's inbox: the follower has reacted to this very post.
    async fn notification(&self, kith: &Kith, post: &Value) -> String {
        let target = format!("post:{}", post["postId"].as_str().unwrap());
        let path = format!("/api/posts/{}/reactions", post["postId"].as_str().unwrap());
        self.follower
            .post(&path, json!({ "type": "like" }))
            .await
            .expect(201);
        let mut id = None;
        kith.until("the owner has heard of it", async || {
            let newest = self.owner.get("/api/notifications").await.expect(200);
            let entry = newest["items"]
                .as_array()
                .unwrap()
                .iter()
                .find(|entry| entry["target"] == target.as_str())
                .cloned();
            id = entry.map(|entry| entry["notificationId"].as_str().unwrap().to_owned());
            id.is_some()
        })
        .await;
        id.unwrap()
    }
}

async fn call(world: &World, row: &Row) -> Answer {
    let (method, path) = row.endpoint.split_once(' ').unwrap();
    let path = path
        .replace("{postId}", &world.post)
        .replace("{commentId}", &world.comment)
        .replace("{userId}", &world.owner.user_id)
        .replace("{username}", &world.owner.username)
        .replace("{videoId}", &world.video)
        .replace("{notificationId}", &world.notification);
    let request = world
        .caller
        .request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    let body = (row.body)(world);
    world
        .caller
        .send(if body.is_null() {
            request
        } else {
            request.json(&body)
        })
        .await
}

#[tokio::test]
async fn every_endpoint_answers_every_caller_as_it_should() {
    let kith = Kith::start().await;
    let cast = Cast::new(&kith).await;
    let mut wrong = Vec::new();
    for row in table() {
        for (who, expected) in row.expected.into_iter().enumerate() {
            let world = cast.world(&kith, who, &row).await;
            let answer = call(&world, &row).await;
            if answer.status != expected {
                wrong.push(format!(
                    "{} by {}: {} instead of {expected}: {}",
                    row.endpoint, CALLERS[who], answer.status, answer.body
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_endpoint() {
    let named: BTreeSet<String> = table().into_iter().map(|row| row.endpoint.to_owned()).collect();
    let functions = local::functions();
    let routes = functions
        .iter()
        .flat_map(|function| &function.description().routes);
    let there: BTreeSet<String> = routes
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(
        there.difference(&named).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "endpoints that the table does not name"
    );
    assert_eq!(
        named.difference(&there).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "rows without an endpoint"
    );
}
