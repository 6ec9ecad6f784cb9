//! Reports of what should not be there, and what moderators do about them.

mod model;
mod resolve;
mod store;
mod views;

pub(crate) use model::{Decision, StoredReport};
pub(crate) use store::{REPORTS, listed};
