//! Posts, comments, reactions and feeds.

mod drafts;
mod events;
mod feed;
mod holder;
mod model;
mod publishing;
mod receiving;
mod reports;
mod routes;
mod settings;
mod shares;
mod state;
mod store;
mod trending;
mod views;

use contracts::media::UPLOADS;
use runtime::{Function, Need};
use state::Posts;

/// The function `posts`.
pub fn function() -> Function {
    Function::new("posts", Posts::new)
        .needs([
            Need::Documents,
            Need::Cache,
            Need::Backplane,
            Need::BucketToWrite(UPLOADS.to_owned()),
        ])
        .routes(routes::all())
        .holds_people()
        .on(events::post_created::handle)
        .on(events::post_updated::handle)
        .on(events::post_deleted::handle)
        .on(events::post_shared::handle)
        .on(events::feed_fan_out::handle)
        .on(events::media_uploaded::handle)
        .on(events::media_rejected::handle)
        .on(events::comment_created::handle)
        .on(events::comment_deleted::handle)
        .on(events::reaction_added::handle)
        .on(events::reaction_removed::handle)
        .on(events::recount_wanted::handle)
        .build()
}
