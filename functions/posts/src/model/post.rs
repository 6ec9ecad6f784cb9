//! A post as it is stored, and its rules.

use access::Author;
use cloud::Document;
use contracts::resources::Visibility;
use contracts::{Check, PostId, Refusal, Timestamp, UserId, Version};
use serde::{Deserialize, Serialize};

/// The longest text, in characters.
const LONGEST: usize = 5000;

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
    pub(crate) visibility: Visibility,
    /// Somebody else may see it: what followers' feeds are made of.
    pub(crate) shared: bool,
    /// Random, below [`SHARDS`].
    pub(crate) shard: u8,
    pub(crate) version: Version,
    pub(crate) created_at: Timestamp,
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

impl StoredPost {
    /// A new post by `author`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]: not 1 to 5,000 characters, or control characters.
    pub(crate) fn write(
        author: &Author,
        text: &str,
        visibility: Visibility,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut check = Check::new();
        let text = check.text("/text", text, 1..=LONGEST);
        check.done()?;
        let post_id = PostId::random();
        Ok(Self {
            shard: post_id.as_bytes()[0] % SHARDS,
            post_id,
            author_id: author.user_id,
            username: author.username.clone(),
            text,
            visibility,
            shared: visibility != Visibility::Private,
            version: Version::FIRST,
            created_at: now,
        })
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

    /// Whether somebody who may see it may delete it: only its author.
    pub(crate) fn may_delete(&self, caller: UserId) -> Result<(), Refusal> {
        if caller == self.author_id {
            Ok(())
        } else {
            Err(Refusal::denied(
                "not_the_author",
                "only its author may delete a post",
            ))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn write(text: &str, visibility: Visibility) -> Result<StoredPost, Refusal> {
        let author = Author {
            user_id: UserId::random(),
            username: "ann".to_owned(),
        };
        StoredPost::write(&author, text, visibility, Timestamp::EPOCH)
    }

    #[test]
    fn text_has_its_limits() {
        assert_eq!(
            write(" first light ", Visibility::Public).unwrap().text,
            "first light"
        );
        assert!(write(&"é".repeat(LONGEST), Visibility::Public).is_ok());
        for bad in [
            String::new(),
            " \t".to_owned(),
            "é".repeat(LONGEST + 1),
            "a\u{0}".to_owned(),
        ] {
            assert!(
                matches!(write(&bad, Visibility::Public), Err(Refusal::Invalid(_))),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn only_private_posts_are_for_nobody_else() {
        let shared = [Visibility::Public, Visibility::Followers, Visibility::Private]
            .map(|visibility| write("x", visibility).unwrap().shared);
        assert_eq!(shared, [true, true, false]);
    }

    #[test]
    fn every_shard_is_used() {
        let used: std::collections::BTreeSet<u8> = (0..500)
            .map(|_| write("x", Visibility::Public).unwrap().shard)
            .collect();
        assert_eq!(used, (0..SHARDS).collect());
    }

    #[test]
    fn only_the_author_deletes() {
        let post = write("x", Visibility::Public).unwrap();
        assert!(post.may_delete(post.author_id).is_ok());
        assert!(matches!(
            post.may_delete(UserId::random()),
            Err(Refusal::Denied { .. })
        ));
    }
}
