//! The collections of `notifications`.

use crate::model::{Folded, Group, Record};
use cloud::{Collection, Direction, Documents, Query, Result, Stored};
use contracts::{NotificationId, Timestamp, UserId};
use futures::try_join;

pub(crate) const RECORDS: Collection<Record> = Collection::new("notification_records");
pub(crate) const GROUPS: Collection<Group> = Collection::new("notifications");

/// Where an entry stands in its inbox: when its latest event happened, and its id.
pub(crate) type Position = (Timestamp, String);

/// One entry. One read.
pub(crate) async fn group(documents: &Documents, id: NotificationId) -> Result<Option<Stored<Group>>> {
    documents.get(GROUPS, id).await
}

/// Those of the entries that are `owner`'s. One read each, in one round trip.
pub(crate) async fn own_groups(
    documents: &Documents,
    ids: &[NotificationId],
    owner: UserId,
) -> Result<Vec<Stored<Group>>> {
    let found = documents.get_all(GROUPS, ids).await?;
    Ok(found
        .into_iter()
        .flatten()
        .filter(|group| group.recipient_id == owner)
        .collect())
}

/// What the records of a group come to; none when there are none. Reads the newest ten; when there are so many, the oldest and a count too.
/// Indexes `notification_records(groupId, at desc)` and `(groupId, at)`: none is read backwards.
pub(crate) async fn folded(documents: &Documents, id: NotificationId) -> Result<Option<Folded>> {
    let all = || RECORDS.query().eq("groupId", id);
    let by_time = |direction, limit| documents.query(all().order_by("at", direction).limit(limit));
    let newest = by_time(Direction::Descending, Folded::READ).await?;
    let newest: Vec<Record> = newest.into_iter().map(Stored::into_inner).collect();
    let Some(last) = newest.last() else {
        return Ok(None);
    };
    let (count, oldest) = if newest.len() < Folded::READ {
        (newest.len() as u64, last.at)
    } else {
        let (count, oldest) = try_join!(documents.count(all()), by_time(Direction::Ascending, 1))?;
        (count, oldest.first().map_or(last.at, |oldest| oldest.at))
    };
    Ok(Some(Folded {
        newest,
        count,
        oldest,
    }))
}

/// An inbox, latest first. Reads `limit` documents; index `notifications(recipientId, listed, updatedAt desc)`.
pub(crate) fn inbox(owner: UserId, after: Option<Position>, limit: usize) -> Query<Group> {
    let entries = GROUPS.query().eq("recipientId", owner).eq("listed", true);
    let entries = entries.order_by("updatedAt", Direction::Descending).limit(limit);
    match after {
        Some((updated_at, id)) => entries.after(updated_at, &id),
        None => entries,
    }
}

/// The entries of an inbox that show somebody among those who did it. As many reads as there are; index `notifications(recipientId, actors)`.
pub(crate) fn done_by(owner: UserId, actor: UserId) -> Query<Group> {
    GROUPS.query().eq("recipientId", owner).contains("actors", actor)
}

/// The unread entries of an inbox. As many reads as there are, or one for each thousand to count them; index: the fields' own.
pub(crate) fn unread(owner: UserId) -> Query<Group> {
    GROUPS.query().eq("recipientId", owner).eq("unread", true)
}
