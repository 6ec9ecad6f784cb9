//! The second factor: codes of an authenticator app.

pub(super) mod confirm_totp;
pub(super) mod enrol_totp;
pub(super) mod remove_totp;
