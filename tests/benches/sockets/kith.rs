//! Ours: what `realtime` is made of, without its tokens and its Redis.

use super::{JOINED, Rooms, SAID};
use crate::support::Outcome;
use axum::Router;
use signalr::{Caller, Credentials, Hub, HubError, Identity, Methods, Refusal, Server};
use std::sync::Arc;

struct Talk;

impl Hub for Talk {
    fn methods() -> Methods<Self> {
        Methods::new().on("Join", Self::join)
    }
}

impl Talk {
    async fn join(_: Arc<Self>, caller: Caller, room: u32) -> Result<&'static str, HubError> {
        caller.join(&group(room)).await?;
        Ok(JOINED)
    }
}

fn group(room: u32) -> String {
    format!("room-{room}")
}

/// The server and its groups.
pub(super) fn server() -> (Router, impl Rooms) {
    let authorize = async |_: Credentials| Ok::<_, Refusal>(Identity::default());
    let server = Server::builder()
        .hub("talk", Talk)
        .build(b"a benchmark has no secrets to keep", move |credentials| {
            authorize(credentials)
        });
    (Router::new().nest("/hubs", server.routes()), Groups(server))
}

struct Groups(Server);

impl Rooms for Groups {
    async fn publish(&self, room: u32) -> Outcome {
        let recipients = self.0.clients("talk").group(&group(room));
        Ok(recipients.send("Said", (SAID,)).await?)
    }
}
