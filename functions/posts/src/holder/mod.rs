//! What `posts` holds of somebody: what they wrote, said, liked and reported, and where others name them.

mod export;
mod named;

use crate::reports::REPORTS;
use crate::routes::remove_post;
use crate::state::Posts;
use crate::store::{BOOKMARKS, DELETED_POSTS, PINS, POSTS, REPOSTS, REVISIONS};
use cloud::Error;
use contracts::{Subject, UserId};
use runtime::{Erased, Export, Holder, Result, Step};

/// Posts that one step takes: each is told to everybody who has it.
const POSTS_AT_ONCE: usize = 25;

impl Holder for Posts {
    async fn erase(&self, user: UserId) -> Result<Option<Erased>> {
        let mut step = Step::new(&self.cloud);
        self.erase_own(user, &mut step).await?;
        self.erase_engagement(user, &mut step).await?;
        self.erase_naming(user, &mut step).await?;
        self.erase_reports(user, &mut step).await?;
        step.work("timelines", async || {
            self.access.forget_followees(user).await;
            Ok(self.timelines.erase(user).await?)
        })
        .await?;
        Ok(step.done())
    }

    async fn export(&self, user: UserId, export: &mut Export) -> Result<()> {
        export::own(user, export).await?;
        export::engagement(user, export).await?;
        export::others(user, export).await
    }
}

impl Posts {
    /// What they wrote, and what they keep of it.
    async fn erase_own(&self, user: UserId, step: &mut Step<'_>) -> Result<()> {
        step.work("posts", async || self.erase_posts(user).await).await?;
        // deleting a post leaves a word that it was there
        step.purge("deleted posts", DELETED_POSTS.query().eq("authorId", user))
            .await?;
        step.purge(
            "earlier versions of posts",
            REVISIONS.query().eq("authorId", user),
        )
        .await?;
        step.purge("bookmarks", BOOKMARKS.query().eq("userId", user))
            .await?;
        step.purge("pins", PINS.query().eq("userId", user)).await?;
        step.purge("reposts", REPOSTS.query().eq("userId", user)).await
    }

    /// What they said about things of others, and how they reacted.
    async fn erase_engagement(&self, user: UserId, step: &mut Step<'_>) -> Result<()> {
        step.work("comments", async || {
            Ok(self.engagement.erase_comments(user).await?)
        })
        .await?;
        step.work("reactions", async || {
            Ok(self.engagement.erase_reactions(user).await?)
        })
        .await
    }

    /// What they reported, what was reported of theirs, and what they decided about reports.
    async fn erase_reports(&self, user: UserId, step: &mut Step<'_>) -> Result<()> {
        step.purge("reports", REPORTS.query().eq("reporterId", user))
            .await?;
        let about = REPORTS.query().eq("subject", Subject::User(user));
        step.purge("reports about the person", about).await?;
        let theirs = REPORTS.query().eq("snapshot.author.userId", user);
        step.purge("reports about what they wrote", theirs).await?;
        step.work("decisions about reports", async || {
            self.erase_decisions(user).await
        })
        .await
    }

    /// Deletes some posts of `user` as they would themself; answers how many. What a deletion costs, each.
    async fn erase_posts(&self, user: UserId) -> Result<usize> {
        let some = POSTS.query().eq("authorId", user).limit(POSTS_AT_ONCE);
        let posts = self.cloud.documents().query(some).await?;
        for post in &posts {
            match remove_post(self, post.post_id).await {
                // changed at this moment: the next step finds it again
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(posts.len())
    }
}
