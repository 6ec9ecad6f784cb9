//! Reactions: one a person and subject.

mod model;
mod read;
mod write;

pub use model::StoredReaction;
