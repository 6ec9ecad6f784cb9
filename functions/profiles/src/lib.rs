//! Profiles and the follow graph.

mod counting;
mod events;
mod graph;
mod hiding;
mod holder;
mod listing;
mod model;
mod parting;
mod requests;
mod routes;
mod state;
mod store;
mod suggestions;

use runtime::{Function, Need};
use state::Profiles;

/// The function `profiles`.
pub fn function() -> Function {
    Function::new("profiles", Profiles::new)
        .needs([Need::Documents, Need::Cache, Need::Backplane])
        .routes(routes::all())
        .holds_people()
        .on(events::account_deactivated::handle)
        .on(events::account_restored::handle)
        .on(events::user_registered::handle)
        .on(events::username_changed::handle)
        .on(events::profile_updated::handle)
        .on(events::profile_opened::handle)
        .on(events::follow_requested::handle)
        .on(events::user_followed::handle)
        .on(events::user_unfollowed::handle)
        .on(events::user_blocked::handle)
        .on(events::user_unblocked::handle)
        .on(events::post_created::handle)
        .on(events::post_deleted::handle)
        .on(events::video_published::handle)
        .on(events::recount_wanted::handle)
        .build()
}
