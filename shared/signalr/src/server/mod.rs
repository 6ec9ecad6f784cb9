//! One process's server: its hubs, who is connected, and how they are reached.

mod backplane;
mod builder;
mod caller;
mod clients;
mod directory;
mod envelope;
mod memory;
mod outbox;
mod peer;
mod registry;
mod sweep;
mod topic;

pub use backplane::{Backplane, BackplaneError, Receiver};
pub use builder::Builder;
pub use caller::{Caller, JoinError};
pub use clients::{Clients, Recipients, SendError};
pub use envelope::{CloseOrder, EncodeError, Envelope, Event, LeaveOrder};
pub use memory::MemoryBus;
pub use topic::{NotATopic, Topic};

pub(crate) use peer::Peer;
pub(crate) use registry::{Admission, Admitted, Registry};

use crate::{
    Limits,
    hub::{AnyAuthorize, AnyHub, Method},
    negotiate::Signer,
    protocol::Close,
};
use std::{collections::HashMap, sync::Arc, time::SystemTime};

/// Where the time of day comes from.
pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The hubs of a process. Cheap to clone; all clones are one server.
#[derive(Clone)]
pub struct Server(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) hubs: HashMap<String, Arc<dyn AnyHub>>,
    pub(crate) authorizer: Box<dyn AnyAuthorize>,
    pub(crate) signer: Signer,
    pub(crate) clock: Clock,
    pub(crate) limits: Arc<Limits>,
    pub(crate) registry: Arc<Registry>,
}

impl Server {
    /// A server to be: say who may connect, then add hubs.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Those connected to a hub, here and, with a backplane, on all instances.
    pub fn clients(&self, hub: &str) -> Clients {
        let name = self
            .0
            .hubs
            .get(&hub.to_lowercase())
            .map_or_else(|| hub.into(), |hub| Arc::clone(hub.name()));
        Clients::new(Arc::clone(&self.0.registry), name)
    }

    /// Ends all connections of a session in this process; says how many. For all instances, publish a
    /// [`CloseOrder`] to [`Topic::Server`].
    pub fn close_session(&self, session: &str, allow_reconnect: bool) -> usize {
        let topic = Topic::Session { id: session.into() };
        self.0
            .registry
            .close_all_in(&topic, &Close::quiet(allow_reconnect))
    }

    /// Ends all connections of a user in this process, whatever the hub; says how many.
    pub fn close_user(&self, user: &str, allow_reconnect: bool) -> usize {
        let close = Close::quiet(allow_reconnect);
        let topics = self.0.hubs.values().map(|hub| Topic::user(hub.name(), user));
        topics
            .map(|topic| self.0.registry.close_all_in(&topic, &close))
            .sum()
    }

    /// Tells every instance, this one included, to do something to its connections.
    pub async fn order(&self, order: CloseOrder) -> Result<(), BackplaneError> {
        self.0
            .registry
            .publish(&Topic::Server, &Envelope::Close(order))
            .await
    }

    /// Connections of this process.
    pub fn connections(&self) -> usize {
        self.0.registry.connections()
    }

    /// The hubs and their methods, by name.
    pub fn describe(&self) -> Vec<(String, Vec<Method>)> {
        let mut hubs: Vec<_> = self
            .0
            .hubs
            .values()
            .map(|hub| (hub.name().to_string(), hub.methods()))
            .collect();
        hubs.sort_by(|one, other| one.0.cmp(&other.0));
        hubs
    }

    /// Takes no more connections, tells all clients to come back (to another instance), and returns when the last
    /// call and the last hub's good-bye are done. The caller bounds the time.
    pub async fn stop(&self) {
        self.0.registry.stop().await;
    }
}
