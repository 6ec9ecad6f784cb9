//! A report as it is stored, and its rules.

use crate::model::{StoredMention, unnamed};
use access::Author;
use cloud::{Document, hash};
use contracts::events::posts::ReportCreated;
use contracts::resources::{ReportAction, ReportReceipt, ReportSnapshot, ReportStatus};
use contracts::{Check, Refusal, ReportId, Subject, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// The longest reason and the longest note, in characters.
const LONGEST: usize = 1000;
/// Reports are written to and listed from so many ranges of an index.
pub(crate) const SHARDS: u8 = 4;

/// A report as it is stored, in `reports`: one a person and thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredReport {
    pub(crate) report_id: ReportId,
    pub(crate) subject: Subject,
    pub(crate) reporter_id: UserId,
    /// Their username when they reported.
    pub(crate) reporter_username: String,
    pub(crate) reason: String,
    pub(crate) snapshot: ReportSnapshot,
    /// Whom the snapshot's text names.
    #[serde(default)]
    pub(crate) named: Vec<StoredMention>,
    /// Who they are: by this it is found when somebody is to be forgotten.
    #[serde(default)]
    pub(crate) named_ids: Vec<UserId>,
    pub(crate) status: ReportStatus,
    #[serde(default)]
    pub(crate) resolution: Option<StoredResolution>,
    /// Below [`SHARDS`], from the id.
    pub(crate) shard: u8,
    pub(crate) created_at: Timestamp,
}

/// A thing as it was, and whom its text named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) snapshot: ReportSnapshot,
    pub(crate) named: Vec<StoredMention>,
}

/// What a moderator decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredResolution {
    pub(crate) action: ReportAction,
    pub(crate) note: Option<String>,
    /// Who; nobody any more when they are erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) moderator_id: Option<UserId>,
    /// Their username when they decided.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) moderator_username: String,
    pub(crate) at: Timestamp,
}

/// A moderator's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) action: ReportAction,
    note: Option<String>,
    pub(crate) moderator: Author,
}

/// Whether a decision is still to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolving {
    ToDo,
    Done,
}

impl Document for StoredReport {
    fn id(&self) -> String {
        self.report_id.to_string()
    }
}

impl Decision {
    /// What `moderator` decides.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]: a note of more than 1,000 characters, or control characters.
    pub(crate) fn check(
        action: ReportAction,
        note: Option<&str>,
        moderator: Author,
    ) -> Result<Self, Refusal> {
        let mut check = Check::new();
        let note = note.map(|note| check.text("/note", note, 0..=LONGEST));
        check.done()?;
        Ok(Self {
            action,
            note: note.filter(|note| !note.is_empty()),
            moderator,
        })
    }
}

impl StoredReport {
    /// The report of `subject` by `reporter`: there is one of each pair.
    pub(crate) fn id_of(subject: Subject, reporter: UserId) -> ReportId {
        let subject = subject.to_string();
        ReportId::from_bytes(hash::id_bytes(&[
            b"report",
            subject.as_bytes(),
            reporter.as_bytes(),
        ]))
    }

    /// Why, as it is stored.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]: not 1 to 1,000 characters, or control characters.
    pub(crate) fn check_reason(reason: &str) -> Result<String, Refusal> {
        let mut check = Check::new();
        let reason = check.text("/reason", reason, 1..=LONGEST);
        check.done()?;
        Ok(reason)
    }

    /// A new one.
    pub(crate) fn write(
        subject: Subject,
        reporter: &Author,
        reason: String,
        snapshot: Snapshot,
        now: Timestamp,
    ) -> Self {
        let Snapshot { snapshot, named } = snapshot;
        let report_id = Self::id_of(subject, reporter.user_id);
        Self {
            report_id,
            subject,
            reporter_id: reporter.user_id,
            reporter_username: reporter.username.clone(),
            reason,
            snapshot,
            named_ids: named.iter().map(|mention| mention.user_id).collect(),
            named,
            status: ReportStatus::Open,
            resolution: None,
            shard: report_id.as_bytes()[0] % SHARDS,
            created_at: now,
        }
    }

    pub(crate) fn created(&self) -> ReportCreated {
        ReportCreated {
            report_id: self.report_id,
            subject: self.subject,
            subject_owner_id: self.snapshot.author.user_id,
            reporter_id: self.reporter_id,
        }
    }

    pub(crate) fn receipt(&self) -> ReportReceipt {
        ReportReceipt {
            report_id: self.report_id,
            subject: self.subject.kind(),
            id: self.subject.id(),
            reason: self.reason.clone(),
            created_at: self.created_at,
        }
    }

    pub(crate) fn reporter(&self) -> Author {
        Author {
            user_id: self.reporter_id,
            username: self.reporter_username.clone(),
        }
    }

    /// Whether `action` is still to be done. The same decision again is none; another one comes too late.
    ///
    /// # Errors
    /// [`Refusal::Conflict`]: it was decided otherwise. [`Refusal::Unprocessable`]: things of this kind are not removed by us.
    pub(crate) fn may_resolve(&self, action: ReportAction) -> Result<Resolving, Refusal> {
        match &self.resolution {
            Some(resolution) if resolution.action == action => return Ok(Resolving::Done),
            Some(_) => {
                return Err(Refusal::conflict(
                    "already_resolved",
                    "somebody has decided otherwise",
                ));
            }
            None => {}
        }
        match (action, self.subject) {
            (ReportAction::Remove, Subject::Video(_) | Subject::User(_)) => Err(Refusal::unprocessable(
                "not_removable",
                "only posts and comments can be removed",
            )),
            _ => Ok(Resolving::ToDo),
        }
    }

    /// It, naming `user` no more: their username is gone from the text too.
    pub(crate) fn without(mut self, user: UserId) -> Self {
        self.snapshot.text = unnamed(&self.snapshot.text, &mut self.named, user);
        self.named_ids.retain(|id| *id != user);
        self
    }

    /// It, decided by nobody that is known any more.
    pub(crate) fn without_moderator(self) -> Self {
        let resolution = self.resolution.map(|resolution| StoredResolution {
            moderator_id: None,
            moderator_username: String::new(),
            ..resolution
        });
        Self { resolution, ..self }
    }

    /// It, decided.
    pub(crate) fn resolved(self, decision: &Decision, now: Timestamp) -> Self {
        Self {
            status: ReportStatus::Resolved,
            resolution: Some(StoredResolution {
                action: decision.action,
                note: decision.note.clone(),
                moderator_id: Some(decision.moderator.user_id),
                moderator_username: decision.moderator.username.clone(),
                at: now,
            }),
            ..self
        }
    }
}

impl StoredResolution {
    pub(crate) fn moderator(&self) -> Option<Author> {
        Some(Author {
            user_id: self.moderator_id?,
            username: self.moderator_username.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{CommentId, PostId, VideoId};

    const BOB: UserId = UserId::from_bytes([2; 16]);

    #[test]
    fn who_is_erased_neither_is_named_nor_has_decided() {
        let report = report(Subject::Post(PostId::random()));
        let decision = Decision::check(ReportAction::Dismiss, Some("fine"), author("mod")).unwrap();
        let report = report.resolved(&decision, Timestamp::EPOCH);
        let erased = report.without(BOB).without_moderator();
        assert_eq!(erased.snapshot.text, "@…, @cas");
        assert_eq!((erased.named, erased.named_ids), (Vec::new(), Vec::new()));
        let resolution = erased.resolution.unwrap();
        assert_eq!(resolution.moderator(), None);
        assert_eq!(
            (resolution.moderator_username.as_str(), resolution.note.as_deref()),
            ("", Some("fine"))
        );
    }

    fn author(name: &str) -> Author {
        Author {
            user_id: UserId::random(),
            username: name.to_owned(),
        }
    }

    fn report(subject: Subject) -> StoredReport {
        let owner = author("owner");
        let snapshot = ReportSnapshot {
            author: owner.summary(),
            text: "@bob, @cas".to_owned(),
            media: Vec::new(),
        };
        let named = vec![StoredMention {
            user_id: BOB,
            username: "bob".to_owned(),
            written: true,
            tagged: false,
        }];
        StoredReport::write(
            subject,
            &author("ann"),
            "why".to_owned(),
            Snapshot { snapshot, named },
            Timestamp::EPOCH,
        )
    }

    #[test]
    fn there_is_one_of_each_person_and_thing() {
        let (subject, other) = (Subject::Post(PostId::random()), Subject::Post(PostId::random()));
        let (ann, bob) = (UserId::random(), UserId::random());
        assert_eq!(
            StoredReport::id_of(subject, ann),
            StoredReport::id_of(subject, ann)
        );
        assert_ne!(
            StoredReport::id_of(subject, ann),
            StoredReport::id_of(subject, bob)
        );
        assert_ne!(StoredReport::id_of(subject, ann), StoredReport::id_of(other, ann));
    }

    #[test]
    fn a_decision_is_made_once() {
        let report = report(Subject::Comment(CommentId::random()));
        assert_eq!(report.may_resolve(ReportAction::Remove), Ok(Resolving::ToDo));
        let decision = Decision::check(ReportAction::Remove, Some(" "), author("mod")).unwrap();
        let resolved = report.resolved(&decision, Timestamp::EPOCH);
        assert_eq!(resolved.status, ReportStatus::Resolved);
        assert_eq!(
            resolved.resolution.as_ref().unwrap().note,
            None,
            "an empty note is none"
        );
        assert_eq!(resolved.may_resolve(ReportAction::Remove), Ok(Resolving::Done));
        assert!(matches!(
            resolved.may_resolve(ReportAction::Dismiss),
            Err(Refusal::Conflict { .. })
        ));
    }

    #[test]
    fn only_posts_and_comments_are_removed() {
        for subject in [Subject::Video(VideoId::random()), Subject::User(UserId::random())] {
            let report = report(subject);
            assert!(report.may_resolve(ReportAction::Remove).is_err());
            assert!(report.may_resolve(ReportAction::Dismiss).is_ok());
        }
        assert!(
            report(Subject::Post(PostId::random()))
                .may_resolve(ReportAction::Remove)
                .is_ok()
        );
    }

    #[test]
    fn reasons_and_notes_have_their_limits() {
        assert_eq!(StoredReport::check_reason(" spam ").unwrap(), "spam");
        let long = "é".repeat(LONGEST + 1);
        for bad in ["", " ", "a\u{7}", &long] {
            assert!(StoredReport::check_reason(bad).is_err(), "{bad:?}");
        }
        assert!(Decision::check(ReportAction::Dismiss, Some(&long), author("mod")).is_err());
    }
}
