//! Posts, comments, reactions and feeds.

mod events;
mod feed;
mod model;
mod reports;
mod routes;
mod state;
mod store;
mod views;

use runtime::{Function, Need};
use state::Posts;

/// The function `posts`.
pub fn function() -> Function {
    Function::new("posts", Posts::new)
        .needs([Need::Documents, Need::Cache, Need::Backplane])
        .routes(routes::all())
        .on(events::comment_created::handle)
        .on(events::comment_deleted::handle)
        .on(events::reaction_added::handle)
        .on(events::reaction_removed::handle)
        .build()
}
