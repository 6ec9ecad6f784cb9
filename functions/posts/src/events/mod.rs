//! What `posts` listens to: its own events, after which numbers are counted again.

pub(crate) mod comment_created;
pub(crate) mod comment_deleted;
pub(crate) mod reaction_added;
pub(crate) mod reaction_removed;
