//! What remains of an erased account, and until when: what no function can erase at once.

use contracts::Timestamp;
use contracts::resources::Remaining;
use std::time::Duration;

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
    /// Request logs.
    pub(crate) logs: Duration,
}

impl Retention {
    /// What remains of an account that was erased at `erased`; what is kept for no time is left out.
    pub(crate) fn remains(&self, erased: Timestamp) -> Vec<Remaining> {
        let all = [
            ("backups of the database", self.backups),
            ("past versions of documents (point-in-time recovery)", self.past),
            ("messages that could not be delivered", self.messages),
            ("deleted objects", self.objects),
            (
                "logs, which name no person but hold ids of requests and addresses",
                self.logs,
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
            logs: day * 30,
        };
        let remains = retention.remains(Timestamp::EPOCH);
        let until: Vec<Timestamp> = remains.iter().map(|remaining| remaining.until).collect();
        assert_eq!(until, [1_u32, 7, 30].map(|days| Timestamp::EPOCH + day * days));
    }
}
