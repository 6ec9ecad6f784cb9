//! From an event to an entry of an inbox: a record first, then the group that is derived from records.

use crate::model::{Group, Note, Record};
use crate::state::Notifications;
use crate::store::{self, GROUPS, RECORDS};
use cloud::{Error, Result};
use contracts::hub::{NewNotification, UnreadCountChanged};
use contracts::{Audience, Event, NotificationId, Refusal, UserId};

impl Notifications {
    /// Tells the recipient of `note` about `event`, exactly once however often this is called. Should the process die between record and group, the
    /// next delivery finds the record and goes on from there.
    ///
    /// Reads what the note needs; then as [`Notifications::keep`].
    pub(crate) async fn deliver<E: Sync>(&self, note: &Note, event: &Event<E>) -> Result<()> {
        if !self.may_still_see(note).await? {
            return Ok(());
        }
        self.keep(Record::of(note, event.id, event.time)).await
    }

    /// Keeps a record of what somebody is to hear, and brings their inbox up to it. Reads for a new record 3 documents and a count; 2 writes.
    pub(crate) async fn keep(&self, record: Record) -> Result<()> {
        match self.cloud.commit().create(RECORDS, &record).await {
            Ok(()) | Err(Error::Refused(Refusal::Conflict { .. })) => {}
            Err(error) => return Err(error),
        }
        let (group, owner) = (record.group_id, record.recipient_id);
        self.cloud
            .coalesce()
            .cover(&format!("notifications:{group}"), || self.refresh(group, owner))
            .await
    }

    /// Nobody hears of what was deleted meanwhile or of what they may not see, nor of anything from whom they block or mute; and nothing is noted of who is
    /// erased by now.
    async fn may_still_see(&self, note: &Note) -> Result<bool> {
        let people: Vec<UserId> = [note.recipient].into_iter().chain(note.actor).collect();
        if self.access.any_erased(&people).await? {
            return Ok(false);
        }
        if let Some(actor) = note.actor {
            let standing = self.access.standing(actor, Some(note.recipient)).await?;
            if standing.unwanted() {
                return Ok(false);
            }
        }
        for subject in &note.needs {
            match self.access.require(*subject, Some(note.recipient)).await {
                Ok(_) => {}
                Err(Error::Refused(Refusal::NotFound)) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Brings the group up to its records.
    async fn refresh(&self, id: NotificationId, owner: UserId) -> Result<()> {
        // before and after: should this process die between commit and counting, the old number is gone
        self.unread.forget(owner).await;
        if let Some((group, told)) = cloud::on_contention(|| self.derive(id)).await? {
            self.unread_changed(owner, told).await?;
            // a block that came meanwhile may have found no such entry
            if self.is_silent(owner, &group.actors).await? != group.silent {
                self.settle_silence(owner, &group.actors).await?;
            }
        }
        Ok(())
    }

    /// Writes the group anew and tells its owner, when there is anything new in the records; answers it, and the number of unread entries that was told.
    ///
    /// The group is read before its records, which only ever become more: who read less of them finds the group changed and begins again.
    async fn derive(&self, id: NotificationId) -> Result<Option<(Group, u64)>> {
        let stored = store::group(self.documents(), id).await?;
        let previous = stored.as_deref();
        let Some(folded) = store::folded(self.documents(), id).await? else {
            return Ok(None);
        };
        let Some(owner) = folded.newest.first().map(|record| record.recipient_id) else {
            return Ok(None);
        };
        let silent = self.is_silent(owner, &folded.actors()).await?;
        let Some(group) = Group::derived(previous, &folded, silent) else {
            return Ok(None);
        };
        if previous == Some(&group) {
            return Ok(None);
        }
        let (unread, mut view) =
            futures::try_join!(self.count_unread(group.recipient_id), self.view([&group]))?;
        let became_unread = group.unread && !previous.is_some_and(|previous| previous.unread);
        let unread_count = unread + u64::from(became_unread);
        let mut commit = self.cloud.commit().save(GROUPS, stored.as_ref(), &group);
        let owner = Audience::User(group.recipient_id);
        if let Some(notification) = view.pop().filter(|_| !group.silent) {
            let new = NewNotification {
                notification,
                unread_count,
            };
            commit = commit.tell(owner, &new);
        }
        if became_unread {
            commit = commit.tell(owner, &UnreadCountChanged { unread_count });
        }
        commit.await?;
        Ok(Some((group, unread_count)))
    }
}
