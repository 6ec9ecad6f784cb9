//! What people do with posts: bookmarks, pins, reposts.

use cloud::Document;
use contracts::{PostId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// That somebody wants to find a post again, in `bookmarks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bookmark {
    pub(crate) user_id: UserId,
    pub(crate) post_id: PostId,
    pub(crate) created_at: Timestamp,
}

/// Which post stands first on somebody's page, in `pins`; the post says so too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pin {
    pub(crate) user_id: UserId,
    pub(crate) post_id: PostId,
}

/// That somebody reposted a post, in `reposts`: they do so once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Repost {
    pub(crate) user_id: UserId,
    /// What they reposted.
    pub(crate) shared_post_id: PostId,
    /// The repost.
    pub(crate) post_id: PostId,
}

impl Document for Bookmark {
    fn id(&self) -> String {
        of_user(self.user_id, self.post_id)
    }
}

impl Document for Pin {
    fn id(&self) -> String {
        self.user_id.to_string()
    }
}

impl Document for Repost {
    fn id(&self) -> String {
        of_user(self.user_id, self.shared_post_id)
    }
}

/// The id of what a person has once a post.
pub(crate) fn of_user(user: UserId, post: PostId) -> String {
    format!("{user}_{post}")
}
