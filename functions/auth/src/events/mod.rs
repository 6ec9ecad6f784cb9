//! What `auth` listens to.

pub(crate) mod mail_due;
