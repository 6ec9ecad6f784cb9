//! Typed collections over Firestore.

mod client;
mod collection;
mod query;
mod read;
mod stored;
pub(crate) mod value;

pub(crate) use client::{Client, timed};
pub use collection::{Collection, Document};
pub use query::{Direction, Query};
pub use read::Documents;
pub use stored::Stored;

/// Firestore's own types.
pub(crate) use firestore::gcloud_sdk::google::firestore::v1 as pb;
