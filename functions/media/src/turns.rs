//! Turns at heavy work: off the threads that serve requests, so many at a time, and given up when it takes too long.

use cloud::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Turns at heavy work. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Turns {
    free: Arc<Semaphore>,
    patience: Duration,
}

/// What came of a piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome<T> {
    /// It is done.
    Done(T),
    /// It broke down.
    BrokeDown,
    /// Nobody waits for it any more.
    TookTooLong,
}

impl Turns {
    /// So many at a time, one at least; each is waited for as long as `patience`.
    pub(crate) fn new(at_once: usize, patience: Duration) -> Self {
        Self {
            free: Arc::new(Semaphore::new(at_once.max(1))),
            patience,
        }
    }

    /// Does `work` when it is its turn. Work that is given up keeps its turn until it really ends: its memory is in use until then.
    ///
    /// # Errors
    /// Nothing is done any more: the process ends.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> cloud::Result<Outcome<T>> {
        let turn = Arc::clone(&self.free).acquire_owned().await;
        let turn = turn.map_err(|error| Error::unavailable("examination", error))?;
        let work = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        Ok(match tokio::time::timeout(self.patience, work).await {
            Ok(Ok(done)) => Outcome::Done(done),
            Ok(Err(panic)) => {
                tracing::error!(error = %panic, "heavy work broke down");
                Outcome::BrokeDown
            }
            Err(_) => Outcome::TookTooLong,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn so_many_at_a_time_and_no_more() {
        let turns = Turns::new(2, LONG);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // each waits for another one: with one turn none would end
        let both = Arc::new(Barrier::new(2));
        let works = (0..12).map(|_| {
            let (now, most, both) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&both));
            turns.run(move || {
                let at_once = now.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(at_once, Ordering::SeqCst);
                both.wait();
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        for outcome in join_all(works).await {
            assert_eq!(outcome.unwrap(), Outcome::Done(()));
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn what_is_given_up_keeps_its_turn_until_it_ends() {
        let turns = Turns::new(1, Duration::ZERO);
        let (end, ended) = mpsc::channel::<()>();
        let outcome = turns.run(move || ended.recv().is_ok()).await.unwrap();
        assert_eq!(outcome, Outcome::TookTooLong);
        assert_eq!(turns.free.available_permits(), 0);
        end.send(()).unwrap();
        turns.free.acquire().await.unwrap().forget();
    }

    #[tokio::test]
    async fn what_breaks_down_gives_its_turn_back() {
        let turns = Turns::new(1, LONG);
        let broken = turns.run(|| panic!("a decoder's mistake")).await;
        assert_eq!(broken.unwrap(), Outcome::<()>::BrokeDown);
        assert_eq!(turns.run(|| 7).await.unwrap(), Outcome::Done(7));
    }
}
