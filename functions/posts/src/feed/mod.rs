//! Feeds: lists of posts merged on read.

mod merge;
mod sources;
mod walk;

pub(crate) use sources::{everyone, home};
