//! What `realtime` listens to.

pub(crate) mod session_revoked;
