//! How posts were.

use crate::model::StoredRevision;
use cloud::{Collection, Direction, Query};
use contracts::{PostId, Version};

pub(crate) const REVISIONS: Collection<StoredRevision> = Collection::new("post_revisions");

/// How a post was, the latest first, before a version. Reads `limit` documents; index `post_revisions(postId, version desc)`.
pub(crate) fn revisions(post: PostId, before: Option<Version>, limit: usize) -> Query<StoredRevision> {
    let revisions = REVISIONS
        .query()
        .eq("postId", post)
        .order_by("version", Direction::Descending)
        .limit(limit);
    match before {
        Some(version) => revisions.after(version, &crate::model::revision_id(post, version)),
        None => revisions,
    }
}
