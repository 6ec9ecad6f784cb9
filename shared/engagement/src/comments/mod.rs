//! Comments and replies.

mod create;
mod delete;
mod edit;
mod erase;
mod mentions;
mod model;
mod rank;
mod read;
mod sort;
mod tombstone;
mod walk;

pub use model::{NewComment, StoredComment};
pub use sort::Sort;
pub use walk::{Listed, Position};
