//! Stored forms and rules.

mod post;

pub(crate) use post::{DeletedPost, Position, SHARDS, StoredPost};
