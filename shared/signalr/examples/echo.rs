//! A server to try clients on: `cargo run -p signalr --example echo [port]`.
//!
//! The hub `echo` is under `/hubs/echo`, and through a redirect (with the token `ticket`) under `/gateway`. Any
//! token is good but `bad`; it is both user and session. Pings come every second.
//!
//! | Method | Does |
//! | --- | --- |
//! | `Echo(value)` | answers with the value |
//! | `Add(a, b?)` | answers with the sum |
//! | `Nothing()` | answers with nothing |
//! | `Fail(text)` | fails with the text |
//! | `Who()` | answers with connection id and user |
//! | `Join(group)`, `Leave(group)` | |
//! | `Say(group, text)` | event `Said(text)` to the group |
//! | `Bye(allowReconnect, error?)` | the server closes this connection |
//! | `Revoke(session)` | the server closes the session's connections |

#![expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "methods that do next to nothing have the form of real ones"
)]

use axum::{Router, routing::post};
use serde_json::Value;
use signalr::{
    Caller, Close, CloseOrder, Credentials, Hub, HubError, Identity, Limits, Methods, Refusal, Server,
    negotiate::Answer,
};
use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::net::TcpListener;

/// The hub. It knows its server, once that is built, to close others' connections.
struct Echo(Arc<OnceLock<Server>>);

impl Hub for Echo {
    fn methods() -> Methods<Self> {
        Methods::new()
            .on("Echo", Self::echo)
            .on("Add", Self::add)
            .optional(1)
            .on("Nothing", Self::nothing)
            .on("Fail", Self::fail)
            .on("Who", Self::who)
            .on("Join", Self::join)
            .on("Leave", Self::leave)
            .on("Say", Self::say)
            .on("Bye", Self::bye)
            .optional(1)
            .on("Revoke", Self::revoke)
    }
}

impl Echo {
    fn echo(&self, _: &Caller, value: Value) -> Result<Value, HubError> {
        Ok(value)
    }

    fn add(&self, _: &Caller, a: f64, b: Option<f64>) -> Result<f64, HubError> {
        Ok(a + b.unwrap_or_default())
    }

    fn nothing(&self, _: &Caller) -> Result<(), HubError> {
        Ok(())
    }

    fn fail(&self, _: &Caller, text: String) -> Result<(), HubError> {
        Err(HubError::public(text))
    }

    fn who(&self, caller: &Caller) -> Result<(String, String), HubError> {
        Ok((caller.id().to_string(), caller.user()?.to_owned()))
    }

    async fn join(_: Arc<Self>, caller: Caller, group: String) -> Result<(), HubError> {
        Ok(caller.join(&group).await?)
    }

    fn leave(&self, caller: &Caller, group: String) -> Result<(), HubError> {
        caller.leave(&group);
        Ok(())
    }

    async fn say(_: Arc<Self>, caller: Caller, group: String, text: String) -> Result<(), HubError> {
        Ok(caller.clients().group(&group).send("Said", (text,)).await?)
    }

    fn bye(&self, caller: &Caller, allow_reconnect: bool, error: Option<String>) -> Result<(), HubError> {
        caller.close(Close {
            error,
            allow_reconnect,
        });
        Ok(())
    }

    async fn revoke(self: Arc<Self>, _: Caller, session: String) -> Result<(), HubError> {
        let server = self.0.get().ok_or_else(|| HubError::public("not yet"))?;
        let order = CloseOrder {
            session: Some(session),
            ..CloseOrder::default()
        };
        server.order(order).await.map_err(HubError::internal)
    }
}

async fn authorize(credentials: Credentials) -> Result<Identity, Refusal> {
    let token = credentials
        .token
        .filter(|token| token != "bad")
        .ok_or(Refusal::Unauthorized)?;
    Ok(Identity {
        user_id: Some(token.clone()),
        session_id: Some(token),
        ..Identity::default()
    })
}

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "an example stands alone")]
async fn main() -> io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address = listener.local_addr()?;

    let known = Arc::new(OnceLock::new());
    let limits = Limits {
        keep_alive: Duration::from_secs(1),
        client_timeout: Duration::from_secs(4),
        invocations_per_second: 1000,
        ..Limits::default()
    };
    let server = Server::builder()
        .hub("echo", Echo(Arc::clone(&known)))
        .limits(limits)
        .build(b"an example has no secret to keep", authorize);
    let _ = known.set(server.clone());

    let redirect = Answer::Redirect {
        url: format!("http://{address}/hubs/echo"),
        access_token: Some("ticket".to_owned()),
    };
    let app = Router::new()
        .nest("/hubs", server.routes())
        .route("/gateway/negotiate", post(async move || redirect.clone()));
    println!("http://{address}");
    axum::serve(listener, app)
        .with_graceful_shutdown(interrupted(server))
        .await
}

/// Done when the process is asked to stop and all clients are told.
async fn interrupted(server: Server) {
    if tokio::signal::ctrl_c().await.is_ok() {
        server.stop().await;
    }
}
