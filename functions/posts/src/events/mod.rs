//! What `posts` listens to: its own events, after which numbers are counted again and posts are put into timelines.

pub(crate) mod comment_created;
pub(crate) mod comment_deleted;
pub(crate) mod feed_fan_out;
pub(crate) mod media_rejected;
pub(crate) mod media_uploaded;
pub(crate) mod post_created;
pub(crate) mod post_deleted;
pub(crate) mod post_shared;
pub(crate) mod post_updated;
pub(crate) mod reaction_added;
pub(crate) mod reaction_removed;
pub(crate) mod recount_wanted;
