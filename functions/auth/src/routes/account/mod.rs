//! Leaving: for a while, or for good.

pub(super) mod deactivate_account;
pub(super) mod delete_account;
pub(super) mod show_erasure;
