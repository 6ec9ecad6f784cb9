//! People who use Kith.

use crate::kith::{LOOK, PATIENCE};
use crate::{Answer, HubClient, Kith};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::time::Instant;

/// Somebody with a session, or nobody.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their id; empty for nobody.
    pub user_id: String,
    /// Their username; empty for nobody.
    pub username: String,
    /// Their access token.
    pub token: Option<String>,
    /// Their refresh token.
    pub refresh_token: String,
    http: Client,
    url: String,
}

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

impl Person {
    pub(crate) async fn register(kith: &Kith, name: &str) -> Self {
        let nobody = Self::nobody(kith);
        let new = json!({
            "email": format!("{name}@example.com"), "username": name, "password": PASSWORD, "displayName": name,
        });
        let tokens = nobody.post("/api/auth/register", new).await.expect(201);
        nobody.with_tokens(&tokens)
    }

    pub(crate) fn nobody(kith: &Kith) -> Self {
        Self {
            user_id: String::new(),
            username: String::new(),
            token: None,
            refresh_token: String::new(),
            http: kith.http(),
            url: kith.url(),
        }
    }

    /// The same person with the tokens of an answer.
    pub fn with_tokens(&self, tokens: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        Self {
            user_id: text(&tokens["user"]["userId"]),
            username: text(&tokens["user"]["username"]),
            token: Some(text(&tokens["accessToken"])),
            refresh_token: text(&tokens["refreshToken"]),
            ..self.clone()
        }
    }

    /// The same person through another address.
    pub fn through(&self, address: std::net::SocketAddr) -> Self {
        Self {
            url: format!("http://{address}"),
            ..self.clone()
        }
    }

    /// The same person with another token, or none.
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self {
            token: token.map(str::to_owned),
            ..self.clone()
        }
    }

    /// Where they reach Kith.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A request to be completed; the token is in it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("an answer")).await
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// `POST` without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// `PUT` without a body.
    pub async fn put_nothing(&self, path: &str) -> Answer {
        self.send(self.request(Method::PUT, path)).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Writes a public post and answers it.
    pub async fn posts(&self, text: &str) -> Value {
        self.post("/api/posts", json!({ "text": text })).await.expect(201)
    }

    /// Comments on a post and answers the comment.
    pub async fn comments(&self, post: &Value, text: &str) -> Value {
        let path = format!("/api/posts/{}/comments", post["postId"].as_str().expect("a post"));
        self.post(&path, json!({ "text": text })).await.expect(201)
    }

    /// Follows somebody, who may have registered a moment ago and have no profile yet.
    pub async fn follows(&self, other: &Self) {
        let path = format!("/api/profiles/{}/follow", other.user_id);
        let asked = Instant::now();
        loop {
            let answer = self.post_nothing(&path).await;
            if answer.status != 404 || asked.elapsed() > PATIENCE {
                return drop(answer.ok());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Every item of a list, walked page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = None;
        loop {
            let sign = if path.contains('?') { '&' } else { '?' };
            let next = cursor
                .as_ref()
                .map_or(path.to_owned(), |cursor| format!("{path}{sign}cursor={cursor}"));
            let page = self.get(&next).await.expect(200);
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return items,
            }
        }
    }

    /// Their inbox, newest first.
    pub async fn notifications(&self) -> Vec<Value> {
        self.all("/api/notifications").await
    }

    /// A connection to a hub, negotiated and shaken hands.
    pub async fn hub(&self, hub: &str) -> HubClient {
        HubClient::connect(self, hub).await
    }
}
