//! What `media` hears.

pub(crate) mod object_finalized;
pub(crate) mod post_created;
pub(crate) mod post_deleted;
pub(crate) mod post_updated;
pub(crate) mod profile_updated;
mod shown;
