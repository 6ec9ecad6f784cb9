//! Putting a server together.

use super::{Backplane, Clock, Parts, Receiver, Registry, Server};
use crate::{
    Limits,
    hub::{AnyAuthorize, AnyHub, Authorize, Authorizer, Hub, Mounted},
    negotiate::Signer,
};
use std::{collections::HashMap, sync::Arc, time::SystemTime};

/// A server to be.
pub struct Builder {
    hubs: HashMap<String, Arc<dyn AnyHub>>,
    backplane: Option<Arc<dyn Backplane>>,
    clock: Clock,
    limits: Limits,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            hubs: HashMap::new(),
            backplane: None,
            clock: system_clock(),
            limits: Limits::default(),
        }
    }

    /// Serves a hub under a name, which is a path segment; clients may write it in any case.
    pub fn hub(mut self, name: &str, hub: impl Hub) -> Self {
        self.hubs
            .insert(name.to_lowercase(), Arc::new(Mounted::new(name, hub)));
        self
    }

    /// Bounds other than the defaults.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reaches the connections of other instances. Without one, a publish stays in this process.
    pub fn backplane(mut self, backplane: impl Backplane) -> Self {
        self.backplane = Some(Arc::new(backplane));
        self
    }

    /// The time of day, for expiries. Default: the system's.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The server. `key` signs connection tokens: secret, at least 32 bytes, the same on all instances.
    pub fn build(self, key: &[u8], authorize: impl Authorize) -> Server {
        let limits = Arc::new(self.limits);
        let registry = Registry::new(
            Arc::clone(&limits),
            Arc::clone(&self.clock),
            self.backplane.clone(),
        );
        if let Some(backplane) = &self.backplane {
            backplane.attach(Receiver::new(&registry));
        }
        let authorizer: Box<dyn AnyAuthorize> = Box::new(Authorizer(authorize));
        Server(Arc::new(Parts {
            hubs: self.hubs,
            authorizer,
            signer: Signer::new(key),
            clock: self.clock,
            limits,
            registry,
        }))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the default of a clock that can be given"
)]
fn system_clock() -> Clock {
    Arc::new(SystemTime::now)
}
