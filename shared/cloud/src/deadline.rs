//! Deadlines: one a call, and one for everything that a piece of work does.

use std::time::Duration;
use tokio::time::Instant;

tokio::task_local! {
    static UNTIL: Instant;
}

/// Runs `work`, in which no call waits, and none is tried again, for longer than `limit` from now. Inside another one, the earlier end counts.
/// Tasks that `work` spawns are not bound.
pub async fn within<F: Future>(limit: Duration, work: F) -> F::Output {
    UNTIL.scope(Deadline::after(limit).0, work).await
}

/// Whether the time of the work that this is part of, by [`within`], is over.
pub fn is_late() -> bool {
    UNTIL
        .try_with(|until| *until <= Instant::now())
        .unwrap_or_default()
}

/// A moment at which to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// `limit` from now, or the end of the work that this is part of when that comes first.
    pub(crate) fn after(limit: Duration) -> Self {
        let own = Instant::now() + limit;
        Self(UNTIL.try_with(|until| own.min(*until)).unwrap_or(own))
    }

    /// How long it is until then.
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::BoxFuture;
    use proptest::prelude::*;

    /// The deadline of something that may take `own`, inside work that may take `limits`.
    fn inside(limits: &[u64], own: u64) -> Deadline {
        let mut work: BoxFuture<'_, Deadline> =
            Box::pin(async move { Deadline::after(Duration::from_millis(own)) });
        for limit in limits {
            work = Box::pin(within(Duration::from_millis(*limit), work));
        }
        futures::executor::block_on(work)
    }

    proptest! {
        #[test]
        fn the_earliest_end_counts(limits in prop::collection::vec(0_u64..10_000, 0..4), own in 0_u64..10_000) {
            let earliest = Duration::from_millis(limits.iter().copied().min().unwrap_or(u64::MAX).min(own));
            let before = Instant::now();
            let Deadline(at) = inside(&limits, own);
            prop_assert!(before + earliest <= at && at <= Instant::now() + earliest);
        }
    }

    #[test]
    fn what_has_passed_is_gone() {
        assert_eq!(inside(&[0], 60_000).left(), Duration::ZERO);
        assert!(inside(&[], 60_000).left() > Duration::ZERO);
    }

    #[tokio::test]
    async fn what_is_dropped_at_its_end_knows_that_it_is_late() {
        struct Told(std::sync::mpsc::Sender<bool>);
        impl Drop for Told {
            fn drop(&mut self) {
                let _ = self.0.send(is_late());
            }
        }
        let (tell, told) = std::sync::mpsc::channel();
        let cut_off = Duration::from_millis(1);
        let work = |limit, told| {
            within(limit, async move {
                let work = async move {
                    let _told = Told(told);
                    std::future::pending::<()>().await;
                };
                tokio::time::timeout(cut_off, work).await
            })
        };
        assert!(work(cut_off, tell.clone()).await.is_err());
        assert!(told.recv().unwrap());
        assert!(work(Duration::from_mins(1), tell).await.is_err());
        assert!(!told.recv().unwrap() && !is_late());
    }
}
