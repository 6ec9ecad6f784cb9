//! The emulator's time: the machine's, moved by an offset that tests set.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// A clock that can be moved, so that expiries, deadlines and retention are tested without waiting.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset_micros: AtomicI64,
    last_micros: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// Microseconds since 1970, never twice the same and never backwards (versions of documents are such times).
    pub(crate) fn tick(&self) -> i64 {
        let now = self.now_micros();
        self.last_micros
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(now.max(last + 1)))
            .map_or(now, |last| now.max(last + 1))
    }

    /// Makes sure that [`Clock::tick`] rises above `micros`: the newest time found in the store at start.
    pub(crate) fn rise_above(&self, micros: i64) {
        self.last_micros.fetch_max(micros, Ordering::SeqCst);
    }

    /// Microseconds since 1970.
    pub(crate) fn now_micros(&self) -> i64 {
        machine_micros().saturating_add(self.offset_micros.load(Ordering::SeqCst))
    }

    /// Seconds since 1970.
    pub(crate) fn now_seconds(&self) -> i64 {
        self.now_micros().div_euclid(1_000_000)
    }

    /// Moves the clock to the machine's time plus `offset`; who sleeps until a time on it looks again.
    pub(crate) fn set_offset(&self, offset_micros: i64) {
        self.offset_micros.store(offset_micros, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// How far the clock stands from the machine's.
    pub(crate) fn offset_micros(&self) -> i64 {
        self.offset_micros.load(Ordering::SeqCst)
    }

    /// How long until the clock shows `micros` (zero when it has).
    pub(crate) fn until(&self, micros: i64) -> Duration {
        Duration::from_micros(u64::try_from(micros.saturating_sub(self.now_micros())).unwrap_or(0))
    }

    /// Waits until the clock shows `micros`, however it is moved meanwhile; for ever without a time. Nothing is lost when it is dropped.
    pub(crate) async fn sleep_until(&self, micros: Option<i64>) {
        let Some(micros) = micros else {
            return std::future::pending().await;
        };
        loop {
            let moved = self.moved.notified();
            let left = self.until(micros);
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = moved => {}
                () = tokio::time::sleep(left) => {}
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the machine's clock"
)]
fn machine_micros() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn ticks_rise_even_when_the_clock_is_set_back() {
        let clock = Clock::default();
        let first = clock.tick();
        clock.set_offset(-3_600_000_000);
        assert!(clock.tick() > first);
        clock.rise_above(first + 10);
        assert!(clock.tick() > first + 10);
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved() {
        let clock = Arc::new(Clock::default());
        let due = clock.now_micros() + 3_600_000_000;
        let sleeper = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move { clock.sleep_until(Some(due)).await }
        });
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.set_offset(3_600_000_000);
        sleeper.await.unwrap();
        assert!(clock.now_micros() >= due);
    }
}
