//! What `posts` holds of somebody: what they wrote, said, liked and reported.

use crate::model::StoredPost;
use crate::reports::REPORTS;
use crate::routes::remove_post;
use crate::state::Posts;
use crate::store::{BOOKMARKS, DELETED_POSTS, PINS, POSTS, REPOSTS, REVISIONS};
use cloud::Error;
use contracts::{Subject, UserId};
use engagement::Engagement;
use runtime::{Erased, Export, Holder, Result, Step};

/// Posts that one step takes: each is told to everybody who has it.
const POSTS_AT_ONCE: usize = 25;

impl Holder for Posts {
    async fn erase(&self, user: UserId) -> Result<Option<Erased>> {
        let mut step = Step::new(&self.cloud);
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
        step.purge("reposts", REPOSTS.query().eq("userId", user)).await?;
        step.work("shares by others", async || self.erase_sharing(user).await)
            .await?;
        step.work("mentions by others", async || self.erase_mentions(user).await)
            .await?;
        step.work("comments", async || {
            Ok(self.engagement.erase_comments(user).await?)
        })
        .await?;
        step.work("mentions in comments by others", async || {
            Ok(self.engagement.erase_named(user).await?)
        })
        .await?;
        step.work("reactions", async || {
            Ok(self.engagement.erase_reactions(user).await?)
        })
        .await?;
        step.work("timelines", async || {
            self.access.forget_followees(user).await;
            Ok(self.timelines.erase(user).await?)
        })
        .await?;
        step.purge("reports", REPORTS.query().eq("reporterId", user))
            .await?;
        let about = REPORTS.query().eq("subject", Subject::User(user));
        step.purge("reports about the person", about).await?;
        let theirs = REPORTS.query().eq("snapshot.author.userId", user);
        step.purge("reports about what they wrote", theirs).await?;
        Ok(step.done())
    }

    async fn export(&self, user: UserId, export: &mut Export) -> Result<()> {
        export
            .all("posts", POSTS.query().eq("authorId", user), |post| post)
            .await?;
        export
            .all("versions", REVISIONS.query().eq("authorId", user), |version| {
                version
            })
            .await?;
        export
            .all("bookmarks", BOOKMARKS.query().eq("userId", user), |bookmark| {
                bookmark
            })
            .await?;
        export
            .all("comments", Engagement::comments_by(user), |comment| comment)
            .await?;
        export
            .all("reactions", Engagement::reactions_by(user), |reaction| reaction)
            .await?;
        let reports = REPORTS.query().eq("reporterId", user);
        export.all("reports", reports, |report| report).await
    }
}

impl Posts {
    /// Takes the author's id out of some posts of others that share what `user` wrote; answers how many. A read and a write each.
    async fn erase_sharing(&self, user: UserId) -> Result<usize> {
        let some = POSTS.query().eq("sharedAuthorId", user).limit(POSTS_AT_ONCE);
        let posts = self.cloud.documents().query(some).await?;
        for post in &posts {
            let without = StoredPost {
                shared_author_id: None,
                ..(**post).clone()
            };
            match self.commit().save(POSTS, Some(post), &without).await {
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(posts.len())
    }

    /// Takes `user` out of some posts of others that name them; answers how many. A read and a write each.
    async fn erase_mentions(&self, user: UserId) -> Result<usize> {
        let some = POSTS.query().contains("mentionedIds", user).limit(POSTS_AT_ONCE);
        let posts = self.cloud.documents().query(some).await?;
        for post in &posts {
            let mut without = (**post).clone();
            without.mentions.retain(|mention| mention.user_id != user);
            without.mentioned_ids.retain(|id| *id != user);
            match self.commit().save(POSTS, Some(post), &without).await {
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(posts.len())
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
