//! A SignalR client as small as can be: JSON over WebSockets. That Microsoft's own works too is tested with it, in `tests/clients`.

use crate::Person;
use crate::kith::PATIENCE;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// What ends a record.
const END: char = '\u{1e}';

/// A connection to a hub.
pub struct HubClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Records that came and nobody looked at yet.
    fresh: VecDeque<Value>,
    /// Records that came while another was waited for.
    waiting: VecDeque<Value>,
    invocations: u64,
}

impl std::fmt::Debug for HubClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HubClient")
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

impl HubClient {
    pub(crate) async fn connect(person: &Person, hub: &str) -> Self {
        let path = format!("/hubs/{hub}/negotiate?negotiateVersion=1");
        let negotiated = person.post_nothing(&path).await.expect(200);
        let id = negotiated["connectionToken"]
            .as_str()
            .expect("a connection token")
            .to_owned();
        let address = person.url().replacen("http", "ws", 1);
        let mut request = format!("{address}/hubs/{hub}?id={id}")
            .into_client_request()
            .expect("a request");
        if let Some(token) = &person.token {
            let bearer = format!("Bearer {token}").parse().expect("a header");
            request.headers_mut().insert("authorization", bearer);
        }
        let (mut socket, _) = connect_async(request).await.expect("a WebSocket");
        let handshake = format!("{{\"protocol\":\"json\",\"version\":1}}{END}");
        socket.send(Message::text(handshake)).await.expect("a handshake");
        let mut client = Self {
            socket,
            fresh: VecDeque::new(),
            waiting: VecDeque::new(),
            invocations: 0,
        };
        let shaken = client.record().await.expect("a handshake's answer");
        assert_eq!(shaken, json!({}), "the handshake failed");
        client
    }

    /// Calls a method of the hub and waits for its result.
    pub async fn invoke(&mut self, method: &str, arguments: Value) -> Result<Value, String> {
        self.invocations += 1;
        let id = self.invocations.to_string();
        let call = json!({ "type": 1, "invocationId": id, "target": method, "arguments": arguments });
        self.socket
            .send(Message::text(format!("{call}{END}")))
            .await
            .expect("sent");
        let done = self
            .first(|record| record["type"] == 3 && record["invocationId"] == id.as_str())
            .await;
        let done = done.expect("a completion");
        match done["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(done["result"].clone()),
        }
    }

    /// The argument of the next call of the client method `event`.
    pub async fn next(&mut self, event: &str) -> Value {
        let call = self
            .first(|record| record["type"] == 1 && record["target"] == event)
            .await;
        call.unwrap_or_else(|| panic!("closed before {event}"))["arguments"][0].clone()
    }

    /// Waits until the server closes the connection; answers its Close message, if it sent one.
    pub async fn closed(&mut self) -> Option<Value> {
        let mut close = None;
        while let Some(record) = self.first(|_| true).await {
            if record["type"] == 7 {
                close = Some(record);
            }
        }
        close
    }

    /// The first record that is `wanted`, kept or still to come; none when the connection is closed.
    async fn first(&mut self, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        if let Some(at) = self.waiting.iter().position(&wanted) {
            return self.waiting.remove(at);
        }
        let waiting = async {
            loop {
                let record = self.record().await?;
                if wanted(&record) {
                    return Some(record);
                }
                self.waiting.push_back(record);
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("something in time")
    }

    async fn record(&mut self) -> Option<Value> {
        loop {
            if let Some(record) = self.fresh.pop_front() {
                return Some(record);
            }
            match self.socket.next().await? {
                Ok(Message::Text(text)) => {
                    let records = text.split(END).filter(|record| !record.is_empty());
                    let records = records.map(|record| serde_json::from_str(record).expect("JSON"));
                    self.fresh.extend(records);
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}
