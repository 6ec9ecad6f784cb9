//! One event in somebody's inbox, for ever.

use super::Note;
use cloud::{Document, hash};
use contracts::resources::NotificationKind;
use contracts::{EventId, NotificationId, Subject, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How long a group gathers events, in milliseconds.
const WINDOW: i64 = 60 * 60 * 1000;

/// That somebody is to hear of an event, as stored in `notification_records`. Its id is made of the two, so a repeated delivery finds it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) group_id: NotificationId,
    pub(crate) recipient_id: UserId,
    pub(crate) kind: NotificationKind,
    pub(crate) target: Subject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) actor_id: Option<UserId>,
    pub(crate) event_id: EventId,
    /// When the event happened.
    pub(crate) at: Timestamp,
}

impl Document for Record {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Record {
    /// Of `note` about the event that happened `at`.
    pub(crate) fn of(note: &Note, event_id: EventId, at: Timestamp) -> Self {
        let id = hash::key(&[note.recipient.as_bytes(), event_id.as_bytes()]);
        Self {
            id,
            group_id: group_id(note, at),
            recipient_id: note.recipient,
            kind: note.kind,
            target: note.target,
            actor_id: note.actor,
            event_id,
            at,
        }
    }
}

/// Events of one hour with the same recipient, kind and target share a group.
fn group_id(note: &Note, at: Timestamp) -> NotificationId {
    let hour = at.as_millis().div_euclid(WINDOW);
    NotificationId::from_bytes(hash::id_bytes(&[
        note.recipient.as_bytes(),
        note.kind.as_str().as_bytes(),
        note.target.to_string().as_bytes(),
        &hour.to_be_bytes(),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::VideoId;

    fn at(millis: i64) -> Record {
        let (owner, video) = (UserId::from_bytes([1; 16]), VideoId::from_bytes([2; 16]));
        let note = Note::of_video(owner, video, NotificationKind::VideoReady);
        Record::of(
            &note,
            EventId::from_bytes([3; 16]),
            Timestamp::from_millis(millis),
        )
    }

    #[test]
    fn an_hour_is_a_group_and_a_repetition_the_same_record() {
        assert_eq!(at(WINDOW), at(WINDOW));
        assert_eq!(at(WINDOW).group_id, at(2 * WINDOW - 1).group_id);
        assert_ne!(at(WINDOW).group_id, at(2 * WINDOW).group_id);
        assert_ne!(at(-1).group_id, at(0).group_id);
        assert_eq!(at(0).id, at(WINDOW).id, "the same event, whatever its time");
    }
}
