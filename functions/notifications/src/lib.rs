//! The inbox: what others did that concerns somebody.

mod bells;
mod deliver;
mod events;
mod holder;
mod inbox;
mod model;
mod routes;
mod silence;
mod state;
mod store;
mod unread;

use runtime::{Function, Need};
use state::Notifications;

/// The function `notifications`.
pub fn function() -> Function {
    Function::new("notifications", Notifications::new)
        .needs([Need::Documents, Need::Cache, Need::Backplane])
        .routes(routes::all())
        .holds_people()
        .on(events::comment_created::handle)
        .on(events::user_mentioned::handle)
        .on(events::post_shared::handle)
        .on(events::reaction_added::handle)
        .on(events::user_followed::handle)
        .on(events::user_blocked::handle)
        .on(events::user_unblocked::handle)
        .on(events::follow_requested::handle)
        .on(events::processing_completed::handle)
        .on(events::processing_failed::handle)
        .on(events::post_created::handle)
        .on(events::post_updated::handle)
        .on(events::video_published::handle)
        .on(events::bells_rung::handle)
        .build()
}
