//! What `profiles` listens to.

pub(crate) mod account_deactivated;
pub(crate) mod account_restored;
pub(crate) mod follow_requested;
pub(crate) mod post_created;
pub(crate) mod post_deleted;
pub(crate) mod profile_opened;
pub(crate) mod profile_updated;
pub(crate) mod recount_wanted;
pub(crate) mod user_blocked;
pub(crate) mod user_followed;
pub(crate) mod user_registered;
pub(crate) mod user_unblocked;
pub(crate) mod user_unfollowed;
pub(crate) mod username_changed;
pub(crate) mod video_published;
