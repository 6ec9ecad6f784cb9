//! What remains of an erased account, and until when: what no function can erase at once.

use cloud::ANSWERS_KEPT;
use contracts::Timestamp;
use contracts::resources::Remaining;
use std::time::Duration;

/// The longest that a key of the cache is kept which a request makes of what it asks for, or a guess of what was typed.
const CACHED: Duration = Duration::from_mins(15);

/// How long it is counted how many posts of some hours carry a hashtag, also when none is left.
const TAGS: Duration = Duration::from_hours(30);

/// How long things are kept that are not in live stores; configuration, as the deployment has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retention {
    /// Backups of Firestore.
    pub(crate) backups: Duration,
    /// Firestore's versions of the past.
    pub(crate) past: Duration,
    /// Messages that could not be delivered.
    pub(crate) messages: Duration,
    /// Deleted objects (soft delete).
    pub(crate) objects: Duration,
    /// Sessions of uploads.
    pub(crate) uploads: Duration,
    /// Request logs.
    pub(crate) logs: Duration,
    /// What was mailed, where it was handed over.
    pub(crate) mails: Duration,
    /// That somebody was erased, under a hash.
    pub(crate) marks: Duration,
}

impl Retention {
    /// What remains of an account that was erased at `erased`; what is kept for no time is left out.
    pub(crate) fn remains(&self, erased: Timestamp) -> Vec<Remaining> {
        let all = [
            ("backups of the database", self.backups),
            ("past versions of documents (point-in-time recovery)", self.past),
            ("messages that could not be delivered or sent", self.messages),
            ("deleted objects", self.objects),
            (
                "sessions of uploads, with the names of objects, ended or not",
                self.uploads,
            ),
            (
                "logs, which name no person but hold ids of requests and addresses",
                self.logs,
            ),
            ("mails at the service that sent them", self.mails),
            (
                "answers to others that showed the person, kept for repetitions of their requests",
                ANSWERS_KEPT,
            ),
            (
                "keys of the cache: of failed guesses, and of who asked for the person since",
                CACHED,
            ),
            (
                "hashtags of posts that are gone, counted as carried by none",
                TAGS,
            ),
            (
                "a hash of the account's id, by which messages that come late are known",
                self.marks,
            ),
        ];
        let kept = all.into_iter().filter(|(_, time)| !time.is_zero());
        kept.map(|(what, time)| Remaining {
            what: what.to_owned(),
            until: erased + time,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_told_with_its_date() {
        let day = Duration::from_hours(24);
        let retention = Retention {
            backups: day,
            past: Duration::ZERO,
            messages: day * 7,
            objects: Duration::ZERO,
            uploads: Duration::ZERO,
            logs: day * 30,
            mails: Duration::ZERO,
            marks: day * 8,
        };
        let remains = retention.remains(Timestamp::EPOCH);
        let until: Vec<Timestamp> = remains.iter().map(|remaining| remaining.until).collect();
        let kept = [day, day * 7, day * 30, day, CACHED, TAGS, day * 8];
        assert_eq!(until, kept.map(|time| Timestamp::EPOCH + time));
    }
}
