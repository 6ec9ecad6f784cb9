//! Everything that is held about the caller.

pub(super) mod request_export;
pub(super) mod show_export;
