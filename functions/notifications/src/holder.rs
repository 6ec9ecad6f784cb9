//! What `notifications` holds of somebody: their inbox, and what they did in the inboxes of others.

use crate::model::Record;
use crate::state::Notifications;
use crate::store::{self, GROUPS, RECORDS};
use contracts::{NotificationId, UserId};
use runtime::{Erased, Export, Holder, Result, Step};
use serde_json::json;
use std::collections::BTreeMap;

/// Records of others' inboxes that one step takes.
const DEEDS: usize = 100;

impl Holder for Notifications {
    async fn erase(&self, user: UserId) -> Result<Option<Erased>> {
        let mut step = Step::new(&self.cloud);
        let records = RECORDS.query().eq("recipientId", user);
        step.purge("records of notifications", records).await?;
        step.purge("notifications", GROUPS.query().eq("recipientId", user))
            .await?;
        step.work("deeds in the inboxes of others", async || {
            self.forget_deeds(user).await
        })
        .await?;
        self.unread.forget(user).await;
        Ok(step.done())
    }

    async fn export(&self, user: UserId, export: &mut Export) -> Result<()> {
        let records = RECORDS.query().eq("recipientId", user);
        export.all("records", records, |record| record).await?;
        let groups = GROUPS.query().eq("recipientId", user);
        export.all("notifications", groups, |group| group).await?;
        let deeds = RECORDS.query().eq("actorId", user);
        // whose inbox it is is not about them
        let shown = |record: Record| json!({ "kind": record.kind, "target": record.target, "at": record.at });
        export.all("deeds", deeds, shown).await
    }
}

impl Notifications {
    /// Takes some of what `user` did out of the inboxes of others; answers how many. A read and a delete each, a read and a write for each entry.
    async fn forget_deeds(&self, user: UserId) -> Result<usize> {
        let some = RECORDS.query().eq("actorId", user).limit(DEEDS);
        let records = self.documents().query(some).await?;
        let mut groups: BTreeMap<NotificationId, Vec<String>> = BTreeMap::new();
        for record in &records {
            groups.entry(record.group_id).or_default().push(record.id.clone());
        }
        for (group, records) in &groups {
            cloud::on_contention(|| self.forget_in(*group, records, user)).await?;
        }
        Ok(records.len())
    }

    /// Deletes records of a group, and with them what the group says of `user`.
    async fn forget_in(&self, id: NotificationId, records: &[String], user: UserId) -> cloud::Result<()> {
        let mut commit = self.cloud.commit();
        for record in records {
            commit = commit.remove(RECORDS, record);
        }
        let stored = store::group(self.documents(), id).await?;
        let gone = records.len() as u64;
        let owner = stored.as_ref().map(|group| group.recipient_id);
        commit = match &stored {
            Some(group) => match group.without(user, gone) {
                Some(less) => commit.update(group, &less),
                None => commit.delete(group),
            },
            None => commit,
        };
        commit.await?;
        if let Some(owner) = owner {
            self.unread.forget(owner).await;
        }
        Ok(())
    }
}
