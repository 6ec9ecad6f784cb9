//! Reports of what should not be there, and what moderators do about them.

mod model;
mod resolve;
mod snapshot;
mod store;
mod views;

pub(crate) use model::{Decision, Snapshot, StoredReport};
pub(crate) use store::{REPORTS, listed};
