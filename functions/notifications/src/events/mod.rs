//! What `notifications` listens to.

pub(crate) mod bells_rung;
pub(crate) mod comment_created;
pub(crate) mod follow_requested;
pub(crate) mod post_created;
pub(crate) mod post_shared;
pub(crate) mod post_updated;
pub(crate) mod processing_completed;
pub(crate) mod processing_failed;
pub(crate) mod reaction_added;
pub(crate) mod user_blocked;
pub(crate) mod user_followed;
pub(crate) mod user_mentioned;
pub(crate) mod user_unblocked;
pub(crate) mod video_published;
