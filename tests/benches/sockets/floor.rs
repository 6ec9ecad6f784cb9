//! The baseline: nothing but axum's WebSockets.

#![expect(clippy::disallowed_types, reason = "the baseline uses nothing of ours")]

use super::{JOINED, Rooms, SAID};
use crate::support::Outcome;
use axum::Router;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// As ours: the library's defaults (128 KiB) would be held per connection and zeroed at each read.
const BUFFER: usize = 4096;
/// Messages that may wait for one slow reader.
const QUEUE: usize = 64;

#[derive(Clone, Default)]
struct Members(Arc<Mutex<HashMap<u32, Vec<mpsc::Sender<Utf8Bytes>>>>>);

impl Members {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Vec<mpsc::Sender<Utf8Bytes>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rooms for Members {
    async fn publish(&self, room: u32) -> Outcome {
        let text = Utf8Bytes::from(serde_json::to_string(&SAID)?);
        for member in self.lock().get(&room).into_iter().flatten() {
            // full or gone: the count of deliveries will tell
            let _ = member.try_send(text.clone());
        }
        Ok(())
    }
}

/// The server and its rooms.
pub(super) fn server() -> (Router, impl Rooms) {
    let members = Members::default();
    let app = Router::new()
        .route("/rooms/{room}", get(open))
        .with_state(members.clone());
    (app, members)
}

async fn open(Path(room): Path<u32>, State(members): State<Members>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    upgrade.on_upgrade(move |socket| carry(socket, room, members))
}

async fn carry(mut socket: WebSocket, room: u32, members: Members) {
    let (sender, mut waiting) = mpsc::channel(QUEUE);
    members.lock().entry(room).or_default().push(sender);
    if socket.send(Message::text(JOINED)).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            Some(text) = waiting.recv() => {
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
            read = socket.recv() => {
                if !matches!(read, Some(Ok(_))) {
                    return;
                }
            }
        }
    }
}
