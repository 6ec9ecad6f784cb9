//! The number of unread entries: a count of groups, kept in Redis.

use crate::state::Notifications;
use crate::store;
use cloud::Result;
use contracts::hub::UnreadCountChanged;
use contracts::{Audience, HubFrame, UserId};
use std::time::Duration;

/// How long the number is kept: the longest that a death between a commit and what comes after it can be noticed.
pub(crate) const KEPT: Duration = Duration::from_mins(1);

impl Notifications {
    /// How many entries of `owner` are unread. No read when Redis has it, else one for each thousand.
    pub(crate) async fn unread(&self, owner: UserId) -> Result<u64> {
        let count = || async { self.count_unread(owner).await.map(Some) };
        Ok(self.unread.get(owner, count).await?.unwrap_or_default())
    }

    /// How many entries of `owner` are unread, counted. One read for each thousand.
    pub(crate) async fn count_unread(&self, owner: UserId) -> Result<u64> {
        self.documents().count(store::unread(owner)).await
    }

    /// To be called after a commit that changed the number and told `told`. Counts again, because another commit at the same moment knew nothing
    /// of this one, and corrects what was told. Answers the number.
    pub(crate) async fn unread_changed(&self, owner: UserId, told: u64) -> Result<u64> {
        self.unread.forget(owner).await;
        let unread_count = self.unread(owner).await?;
        if unread_count != told {
            let changed = UnreadCountChanged { unread_count };
            if let Ok(frame) = HubFrame::tell(Audience::User(owner), &changed)
                && let Err(error) = self.cloud.backplane().publish(&frame).await
            {
                tracing::debug!(%error, "a wrong number of unread entries was told");
            }
        }
        Ok(unread_count)
    }
}
