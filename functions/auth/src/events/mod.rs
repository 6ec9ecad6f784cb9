//! What `auth` listens to.

pub(crate) mod account_erased;
pub(crate) mod export_part;
pub(crate) mod mail_due;
pub(crate) mod sessions_ended;
