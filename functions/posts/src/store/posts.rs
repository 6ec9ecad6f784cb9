//! Posts, and where lists of them come from.

use crate::model::{DeletedPost, Position, StoredPost};
use cloud::{Collection, Direction, Documents, Query, Result, Stored};
use contracts::resources::Visibility;
use contracts::{MediaId, PostId, UserId};

pub(crate) const POSTS: Collection<StoredPost> = Collection::new("posts");
pub(crate) const DELETED_POSTS: Collection<DeletedPost> = Collection::new("deleted_posts");

/// The most authors that one query takes.
pub(crate) const AUTHORS: usize = 30;

/// One post. One read.
pub(crate) async fn post(documents: &Documents, id: PostId) -> Result<Option<Stored<StoredPost>>> {
    documents.get(POSTS, id).await
}

/// Each of these posts that is there, in their order. One read each, in one batch.
pub(crate) async fn posts(documents: &Documents, ids: &[PostId]) -> Result<Vec<Option<Stored<StoredPost>>>> {
    documents.get_all(POSTS, ids).await
}

/// The post that somebody pinned. One read; index: the fields' own.
pub(crate) fn pinned(author: UserId) -> Query<StoredPost> {
    POSTS.query().eq("authorId", author).eq("pinned", true).limit(1)
}

/// Posts that wait for a picture to be looked at. Reads what there is, one at least; index: the field's own.
pub(crate) fn posts_waiting_for(media: MediaId) -> Query<StoredPost> {
    POSTS.query().contains("waitsFor", media).limit(10)
}

/// Whether there was this post, of this author. One read.
pub(crate) async fn was_theirs(documents: &Documents, id: PostId, author: UserId) -> Result<bool> {
    let deleted = documents.get(DELETED_POSTS, id).await?;
    Ok(deleted.is_some_and(|post| post.author_id == author))
}

/// Where a list's posts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Of one author, what is no more private than this. Index `posts(authorId, [shared | visibility,] createdAt)`.
    Author(UserId, Visibility),
    /// Of these authors (at most [`AUTHORS`]), what their followers may see. Index `posts(authorId, shared, createdAt)`.
    Followed(Vec<UserId>),
    /// With a hashtag, what everyone may see, in one shard. Index `posts(tags, shard, visibility, createdAt)`.
    Tagged(String, u8),
    /// Of everyone, what everyone may see, in one shard. Index `posts(shard, visibility, createdAt)`.
    Everyone(u8),
}

impl Source {
    /// Its posts after a position, newest first. Reads `limit` documents.
    pub(crate) fn query(&self, after: Option<Position>, limit: usize) -> Query<StoredPost> {
        let posts = POSTS.query();
        let posts = match self {
            Self::Author(author, Visibility::Private) => posts.eq("authorId", author),
            Self::Author(author, Visibility::Followers) => posts.eq("authorId", author).eq("shared", true),
            Self::Author(author, Visibility::Public) => {
                posts.eq("authorId", author).eq("visibility", Visibility::Public)
            }
            Self::Followed(authors) => posts.is_in("authorId", authors).eq("shared", true),
            Self::Tagged(tag, shard) => posts
                .contains("tags", tag)
                .eq("shard", shard)
                .eq("visibility", Visibility::Public),
            Self::Everyone(shard) => posts.eq("shard", shard).eq("visibility", Visibility::Public),
        };
        let posts = posts.order_by("createdAt", Direction::Descending).limit(limit);
        match after {
            Some((at, id)) => posts.after(at, &id),
            None => posts,
        }
    }
}
