//! What the users of the library write: hubs and who may use them.

mod authorize;
mod error;
mod handler;
mod methods;
mod mounted;

pub use authorize::{Authorize, Credentials, Identity, Refusal};
pub use error::HubError;
pub use handler::{Answer, AtOnce, Handler};
pub use methods::{Method, Methods};

pub(crate) use authorize::{AnyAuthorize, Authorizer};
pub(crate) use mounted::{AnyHub, Mounted};

use crate::{connection::Disconnect, server::Caller};
use std::future::Future;

/// A place that clients connect to: methods they may call, and what happens as they come and go.
///
/// One value serves all connections, so what belongs to a connection stands in a map of the hub's own or in the
/// [`Identity`]. Calls of one connection run one after another, those of different connections side by side. A
/// call that has begun is always run to its end, even when its connection is gone.
pub trait Hub: Send + Sync + Sized + 'static {
    /// What clients may call.
    fn methods() -> Methods<Self>;

    /// A client has come; nothing of it is handled before this is done. An error refuses the connection.
    fn connected(&self, caller: &Caller) -> impl Future<Output = Result<(), HubError>> + Send {
        let _ = caller;
        async { Ok(()) }
    }

    /// A client has gone. Runs once for each that was welcomed, after it can be reached no more.
    fn disconnected(&self, caller: &Caller, reason: &Disconnect) -> impl Future<Output = ()> + Send {
        let _ = (caller, reason);
        async {}
    }
}
