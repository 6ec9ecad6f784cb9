//! Messages.

use super::{Search, get};
use base64::Engine;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kith;

/// Every message that some subscription has still to deliver. All is settled, so none is under way; what nobody could take lies with the dead letters.
pub(super) async fn search(kith: &Kith, search: &mut Search) {
    let state = format!("/_emulator/pubsub/state?project={}", kith.at.project);
    let state = get(kith, &state).await;
    for subscription in state["subscriptions"].as_array().unwrap() {
        let name = subscription["name"].as_str().unwrap();
        search.look("subscriptions", name, b"");
        let owed = ["undelivered", "leased", "deadLetters"].map(|kind| subscription[kind].as_u64().unwrap());
        if owed != [0, 0, 0] {
            let pull = format!("/v1/{name}:pull");
            let body = json!({ "maxMessages": 1000, "returnImmediately": true });
            let pulled = kith.emulator(Method::POST, &pull, Some(body)).await.body;
            for received in pulled["receivedMessages"].as_array().into_iter().flatten() {
                search.look("messages", name, &decoded(&received["message"]));
            }
        }
    }
}

fn decoded(message: &Value) -> Vec<u8> {
    let data = message["data"].as_str().unwrap_or_default();
    let data = base64::prelude::BASE64_STANDARD.decode(data).unwrap_or_default();
    [message.to_string().as_bytes(), &data].concat()
}
