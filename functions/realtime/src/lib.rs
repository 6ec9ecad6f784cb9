//! The hubs: what connected clients hear of at once. `docs/realtime.md` lists their methods and events.

mod authorize;
mod backplane;
mod events;
mod hubs;
mod revoked;
mod settings;
mod state;

use runtime::{Function, Need};
use state::Realtime;

/// The function `realtime`.
pub fn function() -> Function {
    Function::new("realtime", Realtime::new)
        .needs([
            Need::DocumentsToRead,
            Need::Cache,
            Need::Backplane,
            Need::Secret("TICKET_KEY".to_owned()),
        ])
        .serving(Realtime::routes)
        .on(events::session_revoked::handle)
        .on_stop(Realtime::stop)
        .build()
}
