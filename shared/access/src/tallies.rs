//! How much a person has made.

use crate::Access;
use crate::lenses::{POSTS, VIDEOS};
use cloud::Result;
use contracts::{PostId, Timestamp, UserId};

impl Access {
    /// How many posts `author` has, whoever may see them. One read for each thousand; index: the field's own.
    pub async fn count_posts(&self, author: UserId) -> Result<u64> {
        self.cloud
            .documents()
            .count(POSTS.query().eq("authorId", author))
            .await
    }

    /// How many reposts and quotes of `post` others may see. One read for each thousand; index: the fields' own.
    pub async fn count_shares(&self, post: PostId) -> Result<u64> {
        let shares = POSTS.query().eq("sharedPostId", post).eq("shared", true);
        self.cloud.documents().count(shares).await
    }

    /// How many videos of `owner` others could watch by `now`. One read for each thousand; index `videos(userId, publishedAt)`.
    pub async fn count_videos(&self, owner: UserId, now: Timestamp) -> Result<u64> {
        let published = VIDEOS.query().eq("userId", owner).at_most("publishedAt", now);
        self.cloud.documents().count(published).await
    }
}
