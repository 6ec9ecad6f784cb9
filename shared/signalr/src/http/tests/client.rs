//! A WebSocket client that shows what is on the wire.

use super::hubs::Fixture;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, protocol::CloseFrame},
};

pub(super) struct Client {
    pub(super) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    records: VecDeque<Value>,
}

impl Client {
    /// Opens a socket; the error is the status that refused it.
    pub(super) async fn open(fixture: &Fixture, path: &str, token: Option<&str>) -> Result<Self, u16> {
        let mut request = format!("ws://{}{path}", fixture.address)
            .into_client_request()
            .unwrap();
        if let Some(token) = token {
            request
                .headers_mut()
                .insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self {
                socket,
                records: VecDeque::new(),
            }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Opens a socket without negotiation and shakes hands.
    pub(super) async fn start(fixture: &Fixture, user: &str) -> Self {
        let mut client = Self::open(fixture, "/hubs/test", Some(user)).await.unwrap();
        client.shake().await;
        client
    }

    pub(super) async fn shake(&mut self) {
        self.send(json!({ "protocol": "json", "version": 1 })).await;
        assert_eq!(self.next().await, json!({}));
    }

    pub(super) async fn send(&mut self, record: Value) {
        self.socket
            .send(Message::text(format!("{record}\u{1e}")))
            .await
            .unwrap();
    }

    /// The next record, pings left out. Every message must be a text of whole records.
    pub(super) async fn next(&mut self) -> Value {
        loop {
            match self.next_with_pings().await {
                ping if ping == json!({ "type": 6 }) => {}
                record => return record,
            }
        }
    }

    pub(super) async fn next_with_pings(&mut self) -> Value {
        while self.records.is_empty() {
            let message = self.socket.next().await.unwrap().unwrap();
            let Message::Text(text) = message else {
                panic!("{message:?} is no text");
            };
            let whole = text.strip_suffix('\u{1e}').unwrap();
            self.records.extend(
                whole
                    .split('\u{1e}')
                    .map(|record| serde_json::from_str::<Value>(record).unwrap()),
            );
        }
        self.records.pop_front().unwrap()
    }

    /// Calls a method and waits for its completion; events before it are lost.
    pub(super) async fn invoke(&mut self, target: &str, arguments: Value) -> Value {
        self.send(json!({ "type": 1, "invocationId": "i", "target": target, "arguments": arguments }))
            .await;
        loop {
            let record = self.next().await;
            if record["type"] == 3 {
                return record;
            }
        }
    }

    /// The close frame, answered; nothing else may come before it.
    pub(super) async fn closed(&mut self) -> Option<CloseFrame> {
        assert!(self.records.is_empty(), "{:?}", self.records);
        let Some(Ok(Message::Close(frame))) = self.socket.next().await else {
            panic!("no close");
        };
        // Reading on is what answers it.
        while self.socket.next().await.is_some() {}
        frame
    }
}
