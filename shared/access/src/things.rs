//! What can be engaged with: whether it is there, whose it is, who may see it.

use crate::Access;
use crate::lenses::{COMMENTS, POSTS, VIDEOS};
use crate::replies::Replies;
use crate::rule::Standing;
use cloud::Result;
use contracts::resources::Visibility;
use contracts::{Refusal, Subject, UserId};

/// Something that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What.
    pub subject: Subject,
    /// Whose.
    pub owner: UserId,
    /// The post or video that it is or stands under: whoever may see that may see it.
    pub root: Subject,
    /// Whose the root is.
    pub root_owner: UserId,
    /// Who may see the root.
    pub visibility: Visibility,
    /// Whose comments the root takes.
    pub replies: Replies,
}

impl Thing {
    /// Whether it is for somebody who stands so to the owner of its root and to its own. A person is seen by whoever they do not block, a private
    /// one too.
    fn is_for(&self, root_owner: Standing, owner: Standing) -> bool {
        let root = match self.root {
            Subject::User(_) => !root_owner.absent(),
            Subject::Post(_) | Subject::Video(_) | Subject::Comment(_) => root_owner.may_see(self.visibility),
        };
        root && !owner.absent()
    }
}

impl Access {
    /// The thing, whoever may see it; none when it is not there (or was deleted). One read; two for a comment.
    pub async fn thing(&self, subject: Subject) -> Result<Option<Thing>> {
        let Subject::Comment(id) = subject else {
            return self.root(subject).await;
        };
        let Some(comment) = self.cloud.documents().get(COMMENTS, id).await? else {
            return Ok(None);
        };
        if comment.deleted {
            return Ok(None);
        }
        let root = self.root(comment.subject).await?;
        Ok(root.map(|root| Thing {
            subject,
            owner: comment.author_id,
            ..root
        }))
    }

    /// The thing, if `viewer` may see it: what it stands under is for them, and its own author is somebody to them. As [`Access::thing`], and how
    /// they stand to the one or two whose it is, which is mostly in Redis ([`Access::standings`]).
    ///
    /// # Errors
    /// [`Refusal::NotFound`]: it is not there, or not for them.
    pub async fn require(&self, subject: Subject, viewer: Option<UserId>) -> Result<Thing> {
        let thing = self.thing(subject).await?.ok_or(Refusal::NotFound)?;
        let standings = self.standings(viewer, &[thing.root_owner, thing.owner]).await?;
        let standing = |person| standings.get(&person).copied().unwrap_or_default();
        if thing.is_for(standing(thing.root_owner), standing(thing.owner)) {
            Ok(thing)
        } else {
            Err(Refusal::NotFound.into())
        }
    }

    /// Whose it is, if it is there. One read; two for a comment.
    pub async fn subject_owner(&self, subject: Subject) -> Result<Option<UserId>> {
        Ok(self.thing(subject).await?.map(|thing| thing.owner))
    }

    async fn root(&self, subject: Subject) -> Result<Option<Thing>> {
        let documents = self.cloud.documents();
        let found = match subject {
            Subject::Post(id) => documents
                .get(POSTS, id)
                .await?
                .map(cloud::Stored::into_inner)
                .map(|post| {
                    let replies = Replies {
                        policy: post.reply_policy,
                        mentioned: post.mentions.iter().map(|mention| mention.user_id).collect(),
                    };
                    (post.author_id, post.visibility, replies)
                }),
            Subject::Video(id) => documents.get(VIDEOS, id).await?.map(|video| {
                let visibility = if video.published_at.is_some() {
                    Visibility::Public
                } else {
                    Visibility::Private
                };
                (video.user_id, visibility, Replies::default())
            }),
            Subject::User(id) => self
                .is_known(id)
                .await?
                .then(|| (id, Visibility::Public, Replies::default())),
            Subject::Comment(_) => None,
        };
        Ok(found.map(|(owner, visibility, replies)| Thing {
            subject,
            owner,
            root: subject,
            root_owner: owner,
            visibility,
            replies,
        }))
    }
}
