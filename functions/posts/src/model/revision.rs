//! How a post was before a change.

use super::media::StoredMedia;
use super::mention::{StoredMention, unnamed};
use super::post::StoredPost;
use cloud::Document;
use contracts::resources::Visibility;
use contracts::{PostId, Timestamp, UserId, Version};
use serde::{Deserialize, Serialize};

/// How a post was before a change, in `post_revisions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredRevision {
    pub(crate) post_id: PostId,
    pub(crate) author_id: UserId,
    pub(crate) version: Version,
    pub(crate) text: String,
    pub(crate) media: Vec<StoredMedia>,
    /// Whom it named.
    #[serde(default)]
    pub(crate) mentions: Vec<StoredMention>,
    /// Who they are: by this it is found when somebody is to be forgotten.
    #[serde(default)]
    pub(crate) mentioned_ids: Vec<UserId>,
    pub(crate) visibility: Visibility,
    pub(crate) since: Timestamp,
    pub(crate) until: Timestamp,
}

impl Document for StoredRevision {
    fn id(&self) -> String {
        revision_id(self.post_id, self.version)
    }
}

/// The id of the revision that had this version.
pub(crate) fn revision_id(post: PostId, version: Version) -> String {
    let version = version.to_string();
    format!("{post}_{}", version.trim_matches('"'))
}

impl StoredRevision {
    /// `post` as it was until `now`.
    pub(crate) fn of(post: &StoredPost, now: Timestamp) -> Self {
        Self {
            post_id: post.post_id,
            author_id: post.author_id,
            version: post.version,
            text: post.text.clone(),
            media: post.media.clone(),
            mentions: post.mentions.clone(),
            mentioned_ids: post.mentioned_ids.clone(),
            visibility: post.visibility,
            since: post.edited_at.unwrap_or(post.created_at),
            until: now,
        }
    }

    /// It, naming `user` no more: their username is gone from the text too.
    pub(crate) fn without(mut self, user: UserId) -> Self {
        self.text = unnamed(&self.text, &mut self.mentions, user);
        self.mentioned_ids.retain(|id| *id != user);
        self
    }
}
