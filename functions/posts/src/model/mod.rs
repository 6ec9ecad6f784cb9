//! Stored forms and rules.

mod around;
mod content;
mod edit;
pub(crate) mod labels;
mod media;
mod mention;
mod post;
mod revision;
#[cfg(test)]
mod tests;

pub(crate) use around::{Bookmark, Pin, Repost, of_user};
pub(crate) use content::{Attached, Content, MOST_MEDIA, Needs, NewPost};
pub(crate) use edit::PostEdit;
pub(crate) use labels::Kind;
pub(crate) use media::StoredMedia;
pub(crate) use mention::{Nameable, StoredMention, named, to_tell, unnamed};
pub(crate) use post::{DeletedPost, Position, SHARDS, StoredPost, Written};
pub(crate) use revision::{StoredRevision, revision_id};
