//! What people hear of at once, through the hubs.

mod feed;
mod instances;
mod outage;
mod parting;
mod sessions;
mod tickets;

use local::functions;
use reqwest::Method;
use runtime::App;
use serde_json::{Value, json};
use std::net::SocketAddr;
use testkit::{Answer, HubClient, Kith, Person};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

fn id(thing: &Value, name: &str) -> String {
    thing[name].as_str().unwrap().to_owned()
}

/// Waits until the hub has let the connection in: it answers nothing before.
async fn let_in(hub: &mut HubClient) {
    assert_eq!(hub.invoke("Heartbeat", json!([])).await, Ok(Value::Null));
}

/// A connection to the feed that hears of a post.
async fn looking_at(person: &Person, post: &Value) -> HubClient {
    let mut hub = person.hub("feed").await;
    hub.invoke("JoinPostGroup", json!([post["postId"]]))
        .await
        .unwrap();
    hub
}

async fn negotiate(person: &Person, hub: &str) -> Answer {
    person
        .post_nothing(&format!("/hubs/{hub}/negotiate?negotiateVersion=1"))
        .await
}

/// The answer to the request that opens a WebSocket: 101, or why not.
async fn open(person: &Person, hub: &str, connection_token: &str) -> u16 {
    let path = format!("/hubs/{hub}?id={connection_token}");
    let request = person
        .request(Method::GET, &path)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    request.send().await.unwrap().status().as_u16()
}

/// One more instance of a function in this process, with variables of its own, that can be told to stop.
struct Instance {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Instance {
    async fn start(kith: &Kith, function: &str, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut environment = kith.environment();
        for (name, value) in variables {
            environment.set(name, *value);
        }
        let wanted = functions().into_iter().filter(|f| f.name() == function);
        let app = App::new(wanted).assemble(&environment).unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            // a test that ends without stopping it stops it too
            let stopped = async { drop(stopped.await) };
            app.serve(listener, stopped).await.unwrap();
        });
        Self {
            address,
            stop,
            serving,
        }
    }

    /// Tells it to stop, and waits until it has.
    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

#[tokio::test]
async fn microsofts_client_gets_along() {
    let kith = Kith::start().await;
    let gateway = Instance::start(&kith, "auth", &[("REALTIME_URL", &kith.url())]).await;
    let gateway_url = format!("http://{}", gateway.address);
    let variables = [("KITH_URL", kith.url()), ("GATEWAY_URL", gateway_url)];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    crate::clients::node("signalr.test.mjs", &variables).await;
}
