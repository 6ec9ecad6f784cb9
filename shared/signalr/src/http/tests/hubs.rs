//! A server with a hub that tells what happens to it.

use crate::{
    Backplane, Builder, Caller, Credentials, Disconnect, Hub, HubError, Identity, Limits, Methods, Refusal,
    Server,
};
use axum::Router;
use std::{net::SocketAddr, sync::Arc};
use tokio::{
    net::TcpListener,
    sync::{
        Mutex, Semaphore,
        mpsc::{self, UnboundedReceiver, UnboundedSender},
    },
    task::JoinHandle,
};

/// What happened in the hub.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Connected(String),
    Waiting,
    Finished,
    Disconnected(String, Disconnect),
}

pub(super) struct Test {
    seen: UnboundedSender<Seen>,
    gate: Arc<Semaphore>,
}

impl Hub for Test {
    fn methods() -> Methods<Self> {
        Methods::new()
            .on("Echo", Self::echo)
            .on("Pair", Self::pair)
            .optional(1)
            .on("Join", Self::join)
            .on("Say", Self::say)
            .on("Wait", Self::wait)
            .on("Panic", Self::panic)
            .on("Fail", Self::fail)
    }

    async fn connected(&self, caller: &Caller) -> Result<(), HubError> {
        let user = caller.user()?;
        if user == "unwelcome" {
            return Err(HubError::public("no"));
        }
        self.seen
            .send(Seen::Connected(user.to_owned()))
            .map_err(HubError::internal)
    }

    async fn disconnected(&self, caller: &Caller, reason: &Disconnect) {
        let user = caller.user().unwrap().to_owned();
        // The test may be over.
        let _ = self.seen.send(Seen::Disconnected(user, reason.clone()));
    }
}

impl Test {
    async fn echo(self: Arc<Self>, _: Caller, value: String) -> Result<String, HubError> {
        tokio::task::yield_now().await;
        Ok(value)
    }

    fn pair(_: &Self, _: &Caller, one: u8, two: Option<u8>) -> Result<(u8, Option<u8>), HubError> {
        if one == 0 {
            Err(HubError::Unauthorized)
        } else {
            Ok((one, two))
        }
    }

    async fn join(self: Arc<Self>, caller: Caller, group: String) -> Result<(), HubError> {
        Ok(caller.join(&group).await?)
    }

    async fn say(self: Arc<Self>, caller: Caller, group: String, text: String) -> Result<(), HubError> {
        Ok(caller.others_in(&group).send("Said", (text,)).await?)
    }

    async fn wait(self: Arc<Self>, _: Caller) -> Result<(), HubError> {
        self.seen.send(Seen::Waiting).map_err(HubError::internal)?;
        self.gate.acquire().await.map_err(HubError::internal)?.forget();
        self.seen.send(Seen::Finished).map_err(HubError::internal)
    }

    fn panic(_: &Self, _: &Caller) -> Result<(), HubError> {
        panic!("on purpose")
    }

    fn fail(_: &Self, _: &Caller) -> Result<(), HubError> {
        Err(HubError::internal("a secret"))
    }
}

async fn authorize(credentials: Credentials) -> Result<Identity, Refusal> {
    match credentials.token.as_deref() {
        None | Some("bad") => Err(Refusal::Unauthorized),
        Some("guest") => Err(Refusal::Forbidden),
        Some("late") if !credentials.names_connection => Err(Refusal::Unauthorized),
        Some(user) => Ok(Identity {
            user_id: Some(user.into()),
            session_id: Some(user.into()),
            ..Identity::default()
        }),
    }
}

/// A server on a port of its own.
pub(super) struct Fixture {
    pub(super) server: Server,
    pub(super) app: Router,
    pub(super) address: SocketAddr,
    /// Lets a `Wait` go on.
    pub(super) gate: Arc<Semaphore>,
    seen: Mutex<UnboundedReceiver<Seen>>,
    task: JoinHandle<()>,
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fixture {
    pub(super) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(super) async fn with(limits: Limits) -> Self {
        Self::build(Server::builder().limits(limits)).await
    }

    pub(super) async fn instance(backplane: impl Backplane) -> Self {
        Self::build(Server::builder().backplane(backplane)).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this crate has nothing of ours below it"
    )]
    async fn build(builder: Builder) -> Self {
        let (sender, seen) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let hub = Test {
            seen: sender,
            gate: Arc::clone(&gate),
        };
        let server = builder.hub("test", hub).build(b"the key of the tests", authorize);
        let app: Router = Router::new().nest("/hubs", server.routes());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serve = axum::serve(listener, app.clone());
        let task = tokio::spawn(async move { serve.await.unwrap() });
        Self {
            server,
            app,
            address,
            gate,
            seen: Mutex::new(seen),
            task,
        }
    }

    /// What happens next in the hub.
    pub(super) async fn seen(&self) -> Seen {
        self.seen.lock().await.recv().await.unwrap()
    }

    /// The reason that the next one to go goes for.
    pub(super) async fn gone(&self) -> (String, Disconnect) {
        loop {
            if let Seen::Disconnected(user, reason) = self.seen().await {
                return (user, reason);
            }
        }
    }
}
