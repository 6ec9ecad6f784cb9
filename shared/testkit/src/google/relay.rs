//! What Google's Pub/Sub emulator pushes to: keeps out what the subscription's filter keeps out, adds a token signed by our emulator, and
//! passes on to the function.

use super::witness::Witness;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use local::Addresses;
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long a token is good for, in seconds; one serves the whole test.
const LIFETIME: u64 = 3600;

/// What the relay knows of a subscription.
#[derive(Debug)]
struct Route {
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
    routes: BTreeMap<String, Route>,
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
        let mut routes = BTreeMap::new();
        for function in &kith.functions {
            for subscription in &function.subscriptions {
                let route = Route {
                    host: format!("{}.{}", function.name, at.internal_host()),
                    wanted: wanted(&subscription.filter),
                };
                routes.insert(subscription.name.clone(), route);
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
        let app = Router::new().fallback(pass).with_state(relay);
        let serving = tokio::spawn(async move {
            runtime::serve(listener, app, std::future::pending())
                .await
                .expect("it serves");
        });
        (address, serving)
    }

    /// Passes one push on; answers what the function answered.
    async fn pass(&self, path: &str, headers: &HeaderMap, body: Bytes) -> Option<StatusCode> {
        let (subscription, _) = path.trim_start_matches('/').split_once('/')?;
        let route = self.routes.get(subscription)?;
        let pushed: Value = serde_json::from_slice(&body).ok()?;
        let message = &pushed["message"];
        let id = message["messageId"].as_str()?;
        let (name, value) = &route.wanted;
        if message["attributes"][name] != value.as_str() {
            self.witness.done(subscription, id);
            return Some(StatusCode::NO_CONTENT);
        }
        let path = path.trim_start_matches('/').trim_start_matches(subscription);
        let kind = headers
            .get("content-type")
            .map_or("application/json".as_bytes(), |kind| kind.as_bytes());
        let request = self.http.post(format!("http://{}{path}", self.public));
        let request = request
            .header("host", &route.host)
            .header("content-type", kind)
            .bearer_auth(&self.token);
        let status = request.body(body).send().await.ok()?.status();
        if status.is_success() {
            self.witness.done(subscription, id);
        }
        Some(status)
    }
}

async fn pass(State(relay): State<Arc<Relay>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    relay
        .pass(uri.path(), &headers, body)
        .await
        .unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
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
