//! Reactions: one a person and subject.

mod erase;
mod model;
mod read;
mod write;

pub use model::StoredReaction;
