//! Comments and replies.

mod create;
mod delete;
mod model;
mod rank;
mod read;
mod tombstone;

pub use model::{NewComment, Sort, StoredComment};
