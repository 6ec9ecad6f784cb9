//! Typed collections over Firestore.

mod client;
mod collection;
mod moment;
mod query;
mod read;
mod stored;
pub(crate) mod value;
mod write;

pub(crate) use client::Client;
pub use collection::{Collection, Document};
pub use moment::Moment;
pub use query::{Direction, Query};
pub use read::Documents;
pub use stored::Stored;
pub(crate) use write::commit;

/// Firestore's own types.
pub(crate) use firestore::gcloud_sdk::google::firestore::v1 as pb;
