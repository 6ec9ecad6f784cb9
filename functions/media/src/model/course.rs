//! The course of media: what each thing that happens makes of them.
//!
//! Things happen at least once and in any order. Each function answers the changed record, or none when there is nothing to change.

use super::{Status, StoredMedia};
use contracts::media::Image;
use contracts::resources::MediaFailure;
use contracts::{Refusal, Subject, Timestamp, UserId};
use std::time::Duration;

/// In the place of who owned something.
const NOBODY: UserId = UserId::from_bytes([0; 16]);

/// How long things wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    /// For an upload that was not heard of, until the sweep looks for it.
    pub(crate) overdue: Duration,
    /// For anything that nothing shows, until it is deleted.
    pub(crate) kept: Duration,
    /// How long it may be attached; the rest of [`Times::kept`] is for events that are late.
    pub(crate) attachable: Duration,
}

/// What was made of the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// Of the object that is served.
    pub(crate) size_bytes: u64,
    /// How to show it, when it is an image.
    pub(crate) image: Option<Image>,
}

/// What the sweep does about media that are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    /// Nothing was heard of the upload: look whether it is there. When it is not, this is the record that waits on; none when it has waited long enough.
    Look(Option<StoredMedia>),
    /// Nothing shows it: it is deleted.
    Delete(StoredMedia),
    /// It is deleted, and its record has been kept long enough: the objects once more, then the record.
    Forget,
    /// Nothing.
    Nothing,
}

impl StoredMedia {
    /// Its bytes were examined and are what they should be.
    pub(crate) fn readied(&self, made: &Made, now: Timestamp, times: &Times) -> Option<Self> {
        (self.status == Status::Pending).then(|| {
            let ready = Self {
                status: Status::Ready,
                size_bytes: made.size_bytes,
                image: made.image.clone(),
                ..self.clone()
            };
            ready.changed(now).waiting(now, times)
        })
    }

    /// Its bytes were examined and are not taken; or never came.
    pub(crate) fn rejected(&self, failure: MediaFailure, now: Timestamp, times: &Times) -> Option<Self> {
        (self.status == Status::Pending).then(|| {
            let rejected = Self {
                status: Status::Rejected,
                failure: Some(failure),
                due_at: Some(now + times.kept),
                ..self.clone()
            };
            rejected.changed(now)
        })
    }

    /// `subject` shows it, or does not (any more). Written even when it changes nothing: of two that look at what a subject shows, the one that
    /// commits last has then looked last.
    pub(crate) fn shown(&self, subject: Subject, is_shown: bool, now: Timestamp, times: &Times) -> Self {
        let mut attached_to = self.attached_to.clone();
        attached_to.retain(|other| *other != subject);
        attached_to.extend(is_shown.then_some(subject));
        let shown = Self {
            attached_to,
            ..self.clone()
        };
        // what nothing shows waits from when that began
        let begins_or_ends = shown.attached_to.is_empty() != self.attached_to.is_empty();
        if self.status == Status::Ready && begins_or_ends {
            shown.waiting(now, times)
        } else {
            shown
        }
    }

    /// Its owner, or the sweep, deletes it. None when it is deleted already.
    ///
    /// # Errors
    /// 409 `attached`: something shows it.
    pub(crate) fn deleted(&self, now: Timestamp, times: &Times) -> Result<Option<Self>, Refusal> {
        if self.status == Status::Deleted {
            return Ok(None);
        }
        if !self.attached_to.is_empty() {
            let detail = "a post or a profile shows it: take it out there first";
            return Err(Refusal::conflict("attached", detail));
        }
        let deleted = Self {
            status: Status::Deleted,
            failure: None,
            file_name: None,
            image: None,
            attachable_until: None,
            due_at: Some(now + times.kept),
            ..self.clone()
        };
        Ok(Some(deleted.changed(now)))
    }

    /// Its owner is erased: nothing of it tells who that was. It stays as long as any deleted one, as somebody may be examining its bytes just now: the sweep
    /// looks after its objects once more.
    pub(crate) fn erased(&self, now: Timestamp, times: &Times) -> Self {
        // the name of what came with a form has its owner in it
        let signed = self.upload == self.media_id.to_string();
        let erased = Self {
            owner_id: NOBODY,
            status: Status::Deleted,
            failure: None,
            file_name: None,
            image: None,
            upload: if signed {
                self.upload.clone()
            } else {
                String::new()
            },
            attached_to: Vec::new(),
            attachable_until: None,
            due_at: Some(now + times.kept),
            ..self.clone()
        };
        erased.changed(now)
    }

    /// What the sweep does about it.
    pub(crate) fn due(&self, now: Timestamp, times: &Times) -> Due {
        if self.due_at.is_none_or(|due| due > now) {
            return Due::Nothing;
        }
        let until = self.created_at + times.kept;
        match self.status {
            Status::Pending if now < until => Due::Look(Some(Self {
                due_at: Some(until),
                ..self.clone()
            })),
            Status::Pending => Due::Look(None),
            Status::Ready => match self.deleted(now, times) {
                Ok(Some(deleted)) => Due::Delete(deleted),
                _ => Due::Nothing,
            },
            // its owner was told why, for as long
            Status::Rejected | Status::Deleted => Due::Forget,
        }
    }

    /// A change that its owner can see.
    fn changed(self, now: Timestamp) -> Self {
        Self {
            updated_at: now,
            version: self.version.next(),
            ..self
        }
    }

    /// From now on it is waited for something that shows it, unless something does.
    fn waiting(self, now: Timestamp, times: &Times) -> Self {
        let waits = self.attached_to.is_empty();
        Self {
            attachable_until: waits.then(|| now + times.attachable),
            due_at: waits.then(|| now + times.kept),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Begun, Upload};
    use super::*;
    use contracts::resources::MediaKind;
    use contracts::{MediaId, PostId};
    use proptest::prelude::*;

    const TIMES: Times = Times {
        overdue: Duration::from_millis(10),
        kept: Duration::from_millis(100),
        attachable: Duration::from_millis(60),
    };

    #[derive(Debug, Clone)]
    enum Thing {
        Readied,
        Rejected,
        Shown(u8, bool),
        Deleted,
    }

    fn begun() -> StoredMedia {
        let upload = Upload {
            kind: MediaKind::Image,
            content_type: "image/png".to_owned(),
            size_bytes: 9,
            file_name: Some("x.png".to_owned()),
        };
        let begun = Begun {
            media_id: MediaId::from_bytes([1; 16]),
            owner_id: UserId::from_bytes([2; 16]),
            upload: &upload,
            token: "t",
        };
        StoredMedia::begun(begun, Timestamp::EPOCH, &TIMES)
    }

    fn failure() -> MediaFailure {
        MediaFailure {
            code: "corrupt".to_owned(),
            detail: String::new(),
        }
    }

    fn post(number: u8) -> Subject {
        Subject::Post(PostId::from_bytes([number; 16]))
    }

    fn happen(media: &StoredMedia, thing: &Thing, now: Timestamp) -> StoredMedia {
        let made = Made {
            size_bytes: 7,
            image: None,
        };
        let next = match thing {
            Thing::Readied => media.readied(&made, now, &TIMES),
            Thing::Rejected => media.rejected(failure(), now, &TIMES),
            Thing::Shown(by, is) => Some(media.shown(post(*by), *is, now, &TIMES)),
            Thing::Deleted => media.deleted(now, &TIMES).unwrap_or_default(),
        };
        next.unwrap_or_else(|| media.clone())
    }

    #[test]
    fn what_nothing_shows_is_deleted_and_what_is_shown_is_not() {
        let at = Timestamp::from_millis;
        let ready = happen(&begun(), &Thing::Readied, at(5));
        assert_eq!(
            (ready.attachable_until, ready.due_at),
            (Some(at(65)), Some(at(105)))
        );
        assert_eq!(ready.due(at(104), &TIMES), Due::Nothing);
        assert!(
            matches!(ready.due(at(105), &TIMES), Due::Delete(deleted) if deleted.status == Status::Deleted)
        );
        let shown = ready.shown(post(1), true, at(50), &TIMES);
        assert_eq!((shown.attachable_until, shown.due_at), (None, None));
        assert_eq!(shown.due(at(9999), &TIMES), Due::Nothing);
        assert!(shown.deleted(at(60), &TIMES).is_err());
        let twice = shown
            .shown(post(2), true, at(60), &TIMES)
            .shown(post(1), false, at(70), &TIMES);
        assert_eq!(twice.due_at, None, "another post shows it");
        let gone = twice.shown(post(2), false, at(80), &TIMES);
        assert_eq!(
            (gone.attachable_until, gone.due_at),
            (Some(at(140)), Some(at(180)))
        );
        assert_eq!(
            gone.shown(post(2), false, at(90), &TIMES),
            gone,
            "a repetition does not prolong it"
        );
    }

    #[test]
    fn an_upload_that_never_came_is_looked_for_twice() {
        let at = Timestamp::from_millis;
        let media = begun();
        assert_eq!(media.due(at(9), &TIMES), Due::Nothing);
        let Due::Look(Some(waits)) = media.due(at(10), &TIMES) else {
            panic!("it is looked for")
        };
        assert_eq!(waits.due(at(99), &TIMES), Due::Nothing);
        assert_eq!(waits.due(at(100), &TIMES), Due::Look(None));
        let rejected = waits.rejected(failure(), at(100), &TIMES).unwrap();
        assert_eq!(rejected.due(at(200), &TIMES), Due::Forget);
    }

    fn thing() -> impl Strategy<Value = Thing> {
        prop_oneof![
            Just(Thing::Readied),
            Just(Thing::Rejected),
            (0_u8..3, any::<bool>()).prop_map(|(by, is)| Thing::Shown(by, is)),
            Just(Thing::Deleted),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_in_whatever_order(things in prop::collection::vec((thing(), 0_i64..50), 0..30)) {
            let mut media = begun();
            let mut now = Timestamp::EPOCH;
            for (thing, later) in things {
                now = now + Duration::from_millis(u64::try_from(later).unwrap());
                let next = happen(&media, &thing, now);
                prop_assert_eq!(&happen(&next, &thing, now), &next, "a repetition is no news");
                let ended = |status| matches!(status, Status::Rejected | Status::Deleted);
                prop_assert!(!ended(media.status) || next.status != Status::Ready, "what has ended is never shown");
                prop_assert!(media.status != Status::Deleted || next.status == Status::Deleted);
                let is_shown = next.status == Status::Ready && !next.attached_to.is_empty();
                prop_assert_eq!(next.due_at.is_none(), is_shown, "the sweep looks at all but what is shown");
                prop_assert_eq!(next.failure.is_some(), next.status == Status::Rejected);
                // whoever attaches it while that is allowed has the rest of the time for the event
                if let Some(until) = next.attachable_until {
                    let last = until + TIMES.kept.saturating_sub(TIMES.attachable);
                    prop_assert_eq!(next.due_at, Some(last));
                    prop_assert_eq!(next.due(Timestamp::from_millis(last.as_millis() - 1), &TIMES), Due::Nothing);
                }
                media = next;
            }
        }
    }
}
