//! An entry of an inbox: derived from its records, so that it does not matter how often and in what order they came.

use crate::model::Record;
use cloud::Document;
use contracts::resources::{Notification, NotificationKind, ProfileSummary};
use contracts::{NotificationId, Subject, Timestamp, UserId, Version};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How many of those who did it are shown.
const SHOWN: usize = 3;

/// What is read of a group's records: the newest, how many there are, and when the oldest happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folded {
    /// The newest first, at most [`Folded::READ`].
    pub(crate) newest: Vec<Record>,
    pub(crate) count: u64,
    pub(crate) oldest: Timestamp,
}

impl Folded {
    /// How many of the newest records are read to find who did it last.
    pub(crate) const READ: usize = 10;

    /// Who did it, the latest first, each once.
    pub(crate) fn actors(&self) -> Vec<UserId> {
        let mut actors: Vec<UserId> = Vec::new();
        for actor in self.newest.iter().filter_map(|record| record.actor_id) {
            if actors.len() < SHOWN && !actors.contains(&actor) {
                actors.push(actor);
            }
        }
        actors
    }
}

/// An entry as stored in `notifications/{groupId}`.
///
/// What its owner did with it is kept as the count at that moment: a record that comes later raises the count and so makes the entry unread,
/// and shown again, by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) group_id: NotificationId,
    pub(crate) recipient_id: UserId,
    pub(crate) kind: NotificationKind,
    pub(crate) target: Subject,
    /// Who did it, the latest first.
    pub(crate) actors: Vec<UserId>,
    /// How many records there are.
    pub(crate) count: u64,
    /// When the first of the events happened.
    pub(crate) created_at: Timestamp,
    /// When the latest of the events happened: the order of the inbox. Reading an entry does not move it.
    pub(crate) updated_at: Timestamp,
    /// The count when it was read.
    pub(crate) read_through: u64,
    /// The count when it was deleted.
    pub(crate) dismissed_through: u64,
    /// Nobody of those who did it is anybody to its owner: it is not shown, and does not count.
    #[serde(default)]
    pub(crate) silent: bool,
    /// `count > read_through`, and not silent.
    pub(crate) unread: bool,
    /// `count > dismissed_through`.
    pub(crate) listed: bool,
    pub(crate) version: Version,
}

impl Document for Group {
    fn id(&self) -> String {
        self.group_id.to_string()
    }
}

impl Group {
    /// The group of what was read, after `previous`; none when there are no records, the same when nothing is new. `silent`: nobody of those who did it is
    /// anybody to its owner.
    pub(crate) fn derived(previous: Option<&Self>, folded: &Folded, silent: bool) -> Option<Self> {
        let latest = folded.newest.first()?;
        let base = previous.cloned().unwrap_or_else(|| Self::empty(latest));
        let derived = Self {
            actors: folded.actors(),
            silent,
            count: folded.count,
            created_at: folded.oldest,
            updated_at: latest.at,
            ..base.clone()
        };
        let derived = derived.changed_from(&base);
        let version = previous.map_or(Version::FIRST, |_| derived.version);
        Some(Self { version, ..derived })
    }

    /// After its owner read it; none when there is nothing unread in it.
    pub(crate) fn read(&self) -> Option<Self> {
        self.unread.then(|| {
            let read = Self {
                read_through: self.count,
                ..self.clone()
            };
            read.changed_from(self)
        })
    }

    /// After its owner deleted it; none when it is deleted. A later event brings it back.
    pub(crate) fn dismissed(&self) -> Option<Self> {
        self.listed.then(|| {
            let dismissed = Self {
                read_through: self.count,
                dismissed_through: self.count,
                ..self.clone()
            };
            dismissed.changed_from(self)
        })
    }

    /// After somebody became nobody to its owner, or somebody again; none when that changes nothing. What its owner has read stays read, what they have not
    /// is unread again.
    pub(crate) fn silenced(&self, silent: bool) -> Option<Self> {
        (silent != self.silent).then(|| {
            let silenced = Self {
                silent,
                ..self.clone()
            };
            silenced.changed_from(self)
        })
    }

    /// Without what `user` did, of which so many records were erased; nothing when no other is left. What its owner has read stays read.
    pub(crate) fn without(&self, user: UserId, records: u64) -> Option<Self> {
        let count = self.count.saturating_sub(records);
        let mut actors = self.actors.clone();
        actors.retain(|actor| *actor != user);
        let less = Self {
            actors,
            count,
            read_through: self.read_through.saturating_sub(records),
            dismissed_through: self.dismissed_through.saturating_sub(records),
            ..self.clone()
        };
        (count > 0).then(|| less.changed_from(self))
    }

    /// As its owner sees it; people without a profile are left out.
    pub(crate) fn view(&self, people: &HashMap<UserId, ProfileSummary>) -> Notification {
        Notification {
            notification_id: self.group_id,
            kind: self.kind,
            target: self.target,
            actors: self
                .actors
                .iter()
                .filter_map(|actor| people.get(actor).cloned())
                .collect(),
            count: self.count,
            read: !self.unread,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn empty(record: &Record) -> Self {
        Self {
            group_id: record.group_id,
            recipient_id: record.recipient_id,
            kind: record.kind,
            target: record.target,
            actors: Vec::new(),
            count: 0,
            created_at: record.at,
            updated_at: record.at,
            read_through: 0,
            dismissed_through: 0,
            silent: false,
            unread: false,
            listed: false,
            version: Version::FIRST,
        }
    }

    /// With what follows from the counts, and the next version when anything is different.
    fn changed_from(self, before: &Self) -> Self {
        let consistent = Self {
            unread: self.count > self.read_through && !self.silent,
            listed: self.count > self.dismissed_through,
            ..self
        };
        let version = if consistent == *before {
            before.version
        } else {
            before.version.next()
        };
        Self {
            version,
            ..consistent
        }
    }
}

#[cfg(test)]
mod tests;
