//! Hub `notifications`: a connection belongs to its user, so there is nothing to join.

use super::{Guarded, everywhere};
use crate::authorize::Door;
use signalr::{Caller, Hub, HubError, Methods};

/// Hub `notifications`.
pub(crate) struct Notifications {
    door: Door,
}

impl Notifications {
    pub(crate) const fn new(door: Door) -> Self {
        Self { door }
    }
}

impl Guarded for Notifications {
    fn door(&self) -> &Door {
        &self.door
    }
}

impl Hub for Notifications {
    fn methods() -> Methods<Self> {
        everywhere()
    }

    async fn connected(&self, caller: &Caller) -> Result<(), HubError> {
        self.door.welcome(caller).await
    }
}
