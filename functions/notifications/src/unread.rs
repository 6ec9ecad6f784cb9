//! The number of unread entries: a count of groups, kept in Redis.

use crate::state::Notifications;
use crate::store;
use cloud::Result;
use cloud::redis::cmd;
use contracts::hub::UnreadCountChanged;
use contracts::{Audience, HubFrame, UserId};

/// How long the number is kept, in seconds: the longest that a death between a commit and the counting after it can be noticed.
const KEPT: u64 = 60;

impl Notifications {
    /// How many entries of `owner` are unread. No read when Redis has it, else one for each thousand.
    pub(crate) async fn unread(&self, owner: UserId) -> Result<u64> {
        let kept: Result<Option<u64>> = self
            .cloud
            .cache()
            .run(cmd("GET").arg(self.unread_key(owner)))
            .await;
        if let Ok(Some(count)) = kept {
            return Ok(count);
        }
        let count = self.documents().count(store::unread(owner)).await?;
        self.keep_unread(owner, count, true).await;
        Ok(count)
    }

    /// To be called before a commit that changes the number: should this process die after it, nobody finds the old number.
    pub(crate) async fn forget_unread(&self, owner: UserId) {
        let removed: Result<()> = self
            .cloud
            .cache()
            .run(cmd("DEL").arg(self.unread_key(owner)))
            .await;
        if let Err(error) = removed {
            tracing::debug!(%error, "an old number of unread entries may be seen for a minute");
        }
    }

    /// To be called after a commit that changed the number and told `told`: counts again, because another commit at the same moment knew nothing of
    /// this one, and corrects what was told.
    pub(crate) async fn unread_changed(&self, owner: UserId, told: u64) -> Result<()> {
        self.cloud
            .coalesce()
            .cover(&format!("unread:{owner}"), || async {
                let count = self.documents().count(store::unread(owner)).await?;
                self.keep_unread(owner, count, false).await;
                Ok(())
            })
            .await?;
        let unread_count = self.unread(owner).await?;
        if unread_count != told {
            let changed = UnreadCountChanged { unread_count };
            if let Ok(frame) = HubFrame::tell(Audience::User(owner), &changed)
                && let Err(error) = self.cloud.backplane().publish(&frame).await
            {
                tracing::debug!(%error, "a wrong number of unread entries was told");
            }
        }
        Ok(())
    }

    /// A reader's count gives way to the one that was counted after a change.
    async fn keep_unread(&self, owner: UserId, count: u64, gives_way: bool) {
        let mut keep = cmd("SET");
        keep.arg(self.unread_key(owner)).arg(count).arg("EX").arg(KEPT);
        if gives_way {
            keep.arg("NX");
        }
        let kept: Result<Option<String>> = self.cloud.cache().run(&keep).await;
        if let Err(error) = kept {
            tracing::debug!(%error, "not kept");
        }
    }

    fn unread_key(&self, owner: UserId) -> String {
        self.cloud.cache().key(&format!("notif_unread:{owner}"))
    }
}
