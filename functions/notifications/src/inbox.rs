//! What an owner does with entries of their inbox.

use crate::model::Group;
use crate::state::Notifications;
use crate::store::{self, GROUPS};
use cloud::{Result, Stored};
use contracts::hub::UnreadCountChanged;
use contracts::{Audience, NotificationId, UserId};

/// Entries that one commit changes at most.
const BATCH: usize = 100;

impl Notifications {
    /// Marks entries of `owner` as read (at most [`BATCH`]); others are left alone. Answers how many are unread then. One read each.
    pub(crate) async fn mark_read(&self, owner: UserId, ids: &[NotificationId]) -> Result<u64> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let told = cloud::on_contention(|| async {
            let groups = store::own_groups(self.documents(), &ids, owner).await?;
            self.change(owner, &groups, Group::read).await
        })
        .await?;
        self.settled(owner, told).await
    }

    /// Marks every entry of `owner` as read. One read each, one commit for each hundred.
    pub(crate) async fn mark_all_read(&self, owner: UserId) -> Result<u64> {
        let mut last = None;
        loop {
            let (told, found) = cloud::on_contention(|| async {
                let groups = self.documents().query(store::unread(owner).limit(BATCH)).await?;
                Ok((self.change(owner, &groups, Group::read).await?, groups.len()))
            })
            .await?;
            last = told.or(last);
            if found < BATCH {
                break;
            }
        }
        self.settled(owner, last).await
    }

    /// Changes `groups` as `how` says, in one commit, and tells the new number of unread entries when that changes it. Answers what was told.
    pub(crate) async fn change(
        &self,
        owner: UserId,
        groups: &[Stored<Group>],
        how: impl Fn(&Group) -> Option<Group>,
    ) -> Result<Option<u64>> {
        let mut commit = self.cloud.commit();
        let (mut changed, mut more, mut less) = (false, 0, 0);
        for group in groups {
            if let Some(next) = how(group) {
                changed = true;
                more += u64::from(next.unread && !group.unread);
                less += u64::from(group.unread && !next.unread);
                commit = commit.save(GROUPS, Some(group), &next);
            }
        }
        if !changed {
            return Ok(None);
        }
        if more == less {
            commit.await?;
            return Ok(None);
        }
        let before = self.count_unread(owner).await?;
        let unread_count = (before + more).saturating_sub(less);
        // before and after: should this process die between commit and counting, the old number is gone
        self.unread.forget(owner).await;
        commit
            .tell(Audience::User(owner), &UnreadCountChanged { unread_count })
            .await?;
        Ok(Some(unread_count))
    }

    /// The number of unread entries after a change that told `told`, or after none.
    async fn settled(&self, owner: UserId, told: Option<u64>) -> Result<u64> {
        match told {
            Some(told) => self.unread_changed(owner, told).await,
            None => self.unread(owner).await,
        }
    }
}
