//! What Google's Pub/Sub emulator pushes to: one push a topic, which goes to every function whose filter wants it, with a token signed by our
//! emulator. (Google's emulator applies no filters and keeps threads for each push subscription: a whole Kith has more than it bears.)
#![expect(
    clippy::disallowed_types,
    reason = "what stands between Google's emulator and Kith is no endpoint of Kith's"
)]

use super::witness::Witness;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use futures::future::join_all;
use local::Addresses;
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long a token is good for, in seconds; one serves the whole test.
const LIFETIME: u64 = 3600;
/// How long a push is held while a function does not take it; less than its deadline, a minute.
const HELD: Duration = Duration::from_secs(30);
/// After how long a function is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// What the relay knows of a subscription.
#[derive(Debug)]
struct Route {
    /// The name of the subscription, as the function is told it.
    subscription: String,
    /// The path at the function.
    path: String,
    /// The function's own host.
    host: String,
    /// The attribute and its value that a message must have.
    wanted: (String, String),
}

#[derive(Debug)]
pub(super) struct Relay {
    http: Client,
    public: SocketAddr,
    token: String,
    /// The subscriptions of each topic.
    routes: BTreeMap<String, Vec<Route>>,
    witness: Arc<Witness>,
}

impl Relay {
    /// Serves on a port that the system gives; answers where.
    pub(super) async fn start(
        at: &Addresses,
        kith: &local::Description,
        witness: Arc<Witness>,
    ) -> (SocketAddr, JoinHandle<()>) {
        let http = Client::builder().no_proxy().build().expect("a client");
        let mut routes: BTreeMap<String, Vec<Route>> = BTreeMap::new();
        for function in &kith.functions {
            for subscription in &function.subscriptions {
                let route = Route {
                    subscription: subscription.name.clone(),
                    path: subscription.path.clone(),
                    host: format!("{}.{}", function.name, at.internal_host()),
                    wanted: wanted(&subscription.filter),
                };
                routes.entry(subscription.topic.clone()).or_default().push(route);
            }
        }
        let relay = Arc::new(Self {
            token: token(&http, at.emulator).await,
            http,
            public: at.public,
            routes,
            witness,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().route("/{topic}", post(pass)).with_state(relay);
        let serving = tokio::spawn(async move {
            runtime::serve(listener, app, std::future::pending())
                .await
                .expect("it serves");
        });
        (address, serving)
    }

    /// Passes one push on to everybody who has not taken it yet, until all have or `HELD` is over; whether all have now. Each function's own subscription would
    /// try again for it alone: if this one push failed, Google's emulator would slow down the pushes of the whole topic.
    async fn pass(&self, topic: &str, pushed: &Value) -> Option<bool> {
        let id = pushed["message"]["messageId"].as_str()?;
        let routes = self.routes.get(topic)?;
        let began = Instant::now();
        loop {
            let left: Vec<&Route> = routes
                .iter()
                .filter(|route| !self.witness.is_done(&route.subscription, id))
                .collect();
            if left.is_empty() || began.elapsed() > HELD {
                return Some(left.is_empty());
            }
            join_all(left.into_iter().map(|route| self.offer(route, id, pushed))).await;
            if routes
                .iter()
                .any(|route| !self.witness.is_done(&route.subscription, id))
            {
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    /// To one function, if its filter wants it.
    async fn offer(&self, route: &Route, id: &str, pushed: &Value) {
        let (name, value) = &route.wanted;
        if pushed["message"]["attributes"][name] == value.as_str() {
            let mut pushed = pushed.clone();
            pushed["subscription"] = route.subscription.clone().into();
            if !self.post(route, &pushed).await {
                return;
            }
        }
        self.witness.done(&route.subscription, id);
    }

    /// Whether the function took it.
    async fn post(&self, route: &Route, pushed: &Value) -> bool {
        let request = self.http.post(format!("http://{}{}", self.public, route.path));
        let request = request
            .header("host", &route.host)
            .bearer_auth(&self.token)
            .json(pushed);
        request
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
    }
}

async fn pass(
    State(relay): State<Arc<Relay>>,
    Path(topic): Path<String>,
    Json(pushed): Json<Value>,
) -> StatusCode {
    match relay.pass(&topic, &pushed).await {
        Some(true) => StatusCode::NO_CONTENT,
        Some(false) => StatusCode::SERVICE_UNAVAILABLE,
        None => StatusCode::NOT_FOUND,
    }
}

/// The attribute that a filter of ours asks for, and its value: `attributes."name" = "value"`.
fn wanted(filter: &str) -> (String, String) {
    let asked = filter
        .strip_prefix("attributes.")
        .and_then(|rest| rest.split_once(" = "));
    let (name, value) = asked.unwrap_or_else(|| panic!("the relay does not know the filter `{filter}`"));
    (
        name.trim_matches('"').to_owned(),
        value.trim_matches('"').to_owned(),
    )
}

/// An ID token as our emulator adds it to its own pushes, signed by it through IAM's `signBlob`.
async fn token(http: &Client, emulator: SocketAddr) -> String {
    let get = async |path: &str| -> Value {
        let answer = http.get(format!("http://{emulator}{path}")).send().await;
        answer.expect("the emulator answers").json().await.expect("JSON")
    };
    let keys = get("/oauth2/v3/certs").await;
    let now = get("/_emulator/clock").await["nowMillis"]
        .as_u64()
        .expect("a time")
        / 1000;
    let header = json!({ "alg": "RS256", "kid": keys["keys"][0]["kid"], "typ": "JWT" });
    let claims = json!({
        "iss": "https://accounts.google.com", "aud": Addresses::AUDIENCE, "sub": "1", "azp": "1",
        "email": Addresses::ACCOUNT, "email_verified": true, "iat": now, "exp": now + LIFETIME,
    });
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let sign = format!(
        "http://{emulator}/v1/projects/-/serviceAccounts/{}:signBlob",
        Addresses::ACCOUNT
    );
    let asked = json!({ "payload": BASE64_STANDARD.encode(&signed) });
    let answer = http
        .post(sign)
        .json(&asked)
        .send()
        .await
        .expect("the emulator answers");
    let answer: Value = answer.json().await.expect("JSON");
    let blob = answer["signedBlob"].as_str().expect("a signature");
    let signature = BASE64_STANDARD.decode(blob).expect("base64");
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn filters_name_an_attribute_and_its_value() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            wanted(r#"attributes."ce-type" = "post.created""#),
            pair("ce-type", "post.created")
        );
        assert_eq!(
            wanted(r#"attributes.eventType = "OBJECT_FINALIZE""#),
            pair("eventType", "OBJECT_FINALIZE")
        );
    }
}
