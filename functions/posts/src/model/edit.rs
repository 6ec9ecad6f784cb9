//! Changing a post.

use super::content::{Attached, NewPost};
use super::media::StoredMedia;
use super::post::StoredPost;
use contracts::UserId;
use contracts::resources::{ReplyPolicy, Visibility};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is to become of a post. What is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PostEdit {
    /// Up to 5,000 characters, and not empty unless there are pictures.
    #[schema(example = "first light over the bay, with @bob and @cat #dawn")]
    text: Option<String>,
    /// The pictures: those it has, or others of the caller's own.
    media: Option<Vec<Attached>>,
    /// The people who are tagged.
    tagged_user_ids: Option<Vec<UserId>>,
    /// Who may see it.
    visibility: Option<Visibility>,
    /// Who may comment on it.
    reply_policy: Option<ReplyPolicy>,
}

impl PostEdit {
    /// All that the post is to be.
    pub(crate) fn over(self, post: &StoredPost) -> NewPost {
        NewPost {
            text: self.text.unwrap_or_else(|| post.text.clone()),
            media: self
                .media
                .unwrap_or_else(|| post.media.iter().map(kept).collect()),
            tagged_user_ids: self.tagged_user_ids.unwrap_or_else(|| post.tagged()),
            visibility: self.visibility.unwrap_or(post.visibility),
            reply_policy: self.reply_policy.unwrap_or(post.reply_policy),
        }
    }
}

fn kept(media: &StoredMedia) -> Attached {
    Attached {
        media_id: media.media_id,
        alt: media.alt.clone(),
    }
}

/// Whether everybody who may see something of the visibility `before` may see it when it is `after`.
pub(crate) const fn at_least_as_wide(before: Visibility, after: Visibility) -> bool {
    match (before, after) {
        (_, Visibility::Public) | (Visibility::Private, _) => true,
        (Visibility::Followers, after) => matches!(after, Visibility::Followers),
        (Visibility::Public, _) => false,
    }
}
