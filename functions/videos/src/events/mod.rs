//! What `videos` hears.

pub(crate) mod object_finalized;
pub(crate) mod processing_completed;
pub(crate) mod processing_failed;
