//! A post as it is stored, and its rules.

use super::content::Content;
use super::edit::at_least_as_wide;
use super::labels::{Kind, labels};
use super::media::StoredMedia;
use super::mention::{Naming, StoredMention, unnamed};
use access::Author;
use cloud::Document;
use contracts::events::posts::PostFacets;
use contracts::resources::{ReplyPolicy, Visibility};
use contracts::{MediaId, PostId, Refusal, Timestamp, UserId, Version};
use serde::{Deserialize, Serialize};

/// Public posts of everyone are written to and read from so many ranges of an index: one range alone takes about 500 writes a second.
pub(crate) const SHARDS: u8 = 4;

/// Where a post stands in a list.
pub(crate) type Position = (Timestamp, PostId);

/// A post as it is stored, in `posts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredPost {
    pub(crate) post_id: PostId,
    pub(crate) author_id: UserId,
    /// Their username when they wrote it.
    pub(crate) username: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) media: Vec<StoredMedia>,
    /// Those of them that are still looked at: by these it is found.
    #[serde(default)]
    pub(crate) waits_for: Vec<MediaId>,
    /// Names of its hashtags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) mentions: Vec<StoredMention>,
    /// Who they are: by this it is found when somebody is to be forgotten.
    #[serde(default)]
    pub(crate) mentioned_ids: Vec<UserId>,
    pub(crate) visibility: Visibility,
    /// Somebody else may see it: what followers' feeds are made of.
    pub(crate) shared: bool,
    /// It counts for trending tags: public, of an account that was public when it was last written.
    #[serde(default)]
    pub(crate) trends: bool,
    #[serde(default)]
    pub(crate) reply_policy: ReplyPolicy,
    /// What it shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shared_post_id: Option<PostId>,
    /// Whose that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shared_author_id: Option<UserId>,
    #[serde(default)]
    pub(crate) pinned: bool,
    /// What feeds may be asked for.
    #[serde(default)]
    pub(crate) labels: Vec<String>,
    /// Random, below [`SHARDS`].
    pub(crate) shard: u8,
    pub(crate) version: Version,
    pub(crate) created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) edited_at: Option<Timestamp>,
}

/// That there was a post, in `deleted_posts`: so deleting it again answers as the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedPost {
    pub(crate) post_id: PostId,
    pub(crate) author_id: UserId,
    pub(crate) deleted_at: Timestamp,
}

impl Document for StoredPost {
    fn id(&self) -> String {
        self.post_id.to_string()
    }
}

impl Document for DeletedPost {
    fn id(&self) -> String {
        self.post_id.to_string()
    }
}

/// What a post is made of beside its author: checked, looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) content: Content,
    pub(crate) media: Vec<StoredMedia>,
    pub(crate) mentions: Vec<StoredMention>,
    /// Its author's account is public.
    pub(crate) open: bool,
}

impl StoredPost {
    /// A new post by `author`.
    pub(crate) fn write(author: &Author, written: Written, now: Timestamp) -> Self {
        let post_id = PostId::random();
        let Written {
            content,
            media,
            mentions,
            open,
        } = written;
        let kind = if media.is_empty() { Kind::Text } else { Kind::Image };
        Self {
            shard: post_id.as_bytes()[0] % SHARDS,
            post_id,
            author_id: author.user_id,
            username: author.username.clone(),
            labels: labels(&[kind], &content.tags),
            text: content.text,
            media: Vec::new(),
            waits_for: Vec::new(),
            tags: content.tags,
            mentioned_ids: mentions.iter().map(|mention| mention.user_id).collect(),
            mentions,
            shared: content.visibility != Visibility::Private,
            trends: open && content.visibility == Visibility::Public,
            visibility: content.visibility,
            reply_policy: content.reply_policy,
            shared_post_id: None,
            shared_author_id: None,
            pinned: false,
            version: Version::FIRST,
            created_at: now,
            edited_at: None,
        }
        .with_pictures(media)
    }

    /// The same with these pictures. Its version stays when they are the same ones, known better.
    pub(crate) fn with_pictures(self, media: Vec<StoredMedia>) -> Self {
        let waiting = media.iter().filter(|media| media.waits());
        Self {
            waits_for: waiting.map(|media| media.media_id).collect(),
            media,
            ..self
        }
    }

    /// The same, sharing another post.
    pub(crate) fn sharing(self, other: &Self) -> Self {
        Self {
            shared_post_id: Some(other.post_id),
            shared_author_id: Some(other.author_id),
            ..self
        }
    }

    /// The post as it becomes; none when that changes nothing. A private one is not pinned.
    pub(crate) fn edited(&self, written: Written, now: Timestamp) -> Option<Self> {
        let author = self.author();
        let new = Self::write(&author, written, self.created_at);
        let edited = Self {
            post_id: self.post_id,
            shard: self.shard,
            shared_post_id: self.shared_post_id,
            shared_author_id: self.shared_author_id,
            pinned: self.pinned && new.shared,
            version: self.version,
            edited_at: self.edited_at,
            ..new
        };
        let said = |post: &Self| Self {
            trends: false,
            ..post.clone()
        };
        (said(&edited) != said(self)).then(|| Self {
            version: self.version.next(),
            edited_at: Some(now),
            ..edited
        })
    }

    /// It, naming `user` no more: their username is gone from the text too.
    pub(crate) fn without(mut self, user: UserId) -> Self {
        self.text = unnamed(&self.text, &mut self.mentions, user);
        self.mentioned_ids.retain(|id| *id != user);
        Self {
            version: self.version.next(),
            ..self
        }
    }

    /// Who wrote it.
    pub(crate) fn author(&self) -> Author {
        Author {
            user_id: self.author_id,
            username: self.username.clone(),
        }
    }

    /// Where it stands in a list.
    pub(crate) fn position(&self) -> Position {
        (self.created_at, self.post_id)
    }

    /// It shares another post and says nothing itself.
    pub(crate) fn is_repost(&self) -> bool {
        self.shared_post_id.is_some() && self.text.is_empty()
    }

    /// Who is tagged.
    pub(crate) fn tagged(&self) -> Vec<UserId> {
        let tagged = self.mentions.iter().filter(|mention| mention.tagged);
        tagged.map(|mention| mention.user_id).collect()
    }

    /// Who is named, and who may see that.
    pub(crate) fn naming(&self) -> Naming<'_> {
        Naming {
            mentions: &self.mentions,
            visibility: self.visibility,
        }
    }

    /// What of it others depend on.
    pub(crate) fn facets(&self) -> PostFacets {
        PostFacets {
            visibility: self.visibility,
            tags: self.tags.clone(),
            media_ids: self.media.iter().map(|media| media.media_id).collect(),
        }
    }

    /// Whether everybody who could see `before` may see it.
    pub(crate) fn stays_for_all(&self, before: &Self) -> bool {
        at_least_as_wide(before.visibility, self.visibility)
    }

    /// Whether somebody who may see it may change or delete it: only its author.
    pub(crate) fn is_of(&self, caller: UserId) -> Result<(), Refusal> {
        if caller == self.author_id {
            Ok(())
        } else {
            Err(Refusal::denied("not_the_author", "only its author may do that"))
        }
    }

    /// That it was there.
    pub(crate) fn deleted(&self, now: Timestamp) -> DeletedPost {
        DeletedPost {
            post_id: self.post_id,
            author_id: self.author_id,
            deleted_at: now,
        }
    }
}
