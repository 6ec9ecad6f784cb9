//! Where things of others name somebody.

use super::POSTS_AT_ONCE;
use crate::model::{StoredPost, StoredRevision};
use crate::reports::{REPORTS, StoredReport};
use crate::state::Posts;
use crate::store::{POSTS, REVISIONS};
use cloud::{Collection, Document, Error, Query, Stored};
use contracts::UserId;
use runtime::{Result, Step};

impl Posts {
    /// Takes `user` out of what others wrote: as whom they share, and where they name them.
    pub(super) async fn erase_naming(&self, user: UserId, step: &mut Step<'_>) -> Result<()> {
        let sharing = POSTS.query().eq("sharedAuthorId", user);
        step.work("shares by others", async || {
            self.amend(POSTS, sharing, without_shared_author).await
        })
        .await?;
        let naming = POSTS.query().contains("mentionedIds", user);
        step.work("mentions by others", async || {
            self.amend(POSTS, naming, |post| StoredPost::without(post, user))
                .await
        })
        .await?;
        let naming = REVISIONS.query().contains("mentionedIds", user);
        step.work("mentions in earlier versions of posts by others", async || {
            self.amend(REVISIONS, naming, |revision| {
                StoredRevision::without(revision, user)
            })
            .await
        })
        .await?;
        step.work("mentions in comments by others", async || {
            Ok(self.engagement.erase_named(user).await?)
        })
        .await?;
        let naming = REPORTS.query().contains("namedIds", user);
        step.work("mentions in reports about others", async || {
            self.amend(REPORTS, naming, |report| StoredReport::without(report, user))
                .await
        })
        .await
    }

    /// Takes `user` out of some reports about which they decided; answers how many. A read and a write each.
    pub(super) async fn erase_decisions(&self, user: UserId) -> Result<usize> {
        let decided = REPORTS.query().eq("resolution.moderatorId", user);
        self.amend(REPORTS, decided, StoredReport::without_moderator)
            .await
    }

    /// Changes some documents that `query` finds, which it does not find any more then; answers how many. A read and a write each; index: the field's own.
    async fn amend<T: Document + Clone>(
        &self,
        collection: Collection<T>,
        query: Query<T>,
        amended: impl Fn(T) -> T + Send,
    ) -> Result<usize> {
        let found = self.cloud.documents().query(query.limit(POSTS_AT_ONCE)).await?;
        for stored in &found {
            let next = amended(Stored::clone(stored).into_inner());
            match self.commit().save(collection, Some(stored), &next).await {
                // changed at this moment: the next step finds it again
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found.len())
    }
}

fn without_shared_author(post: StoredPost) -> StoredPost {
    StoredPost {
        shared_author_id: None,
        ..post
    }
}
