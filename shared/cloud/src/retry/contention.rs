//! Trying again after contention.

use super::rest;
use crate::deadline::Deadline;
use crate::{Error, Result};
use std::time::Duration;

/// How often a read-modify-write is tried. So many at once always all succeed: each fails only when another has succeeded.
const ATTEMPTS: u32 = 6;

/// How long it is tried: no request waits longer for others.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs `work` (read, decide, commit), again from its start while somebody else gets in between. Costs what `work` costs, for each attempt.
///
/// # Errors
/// What `work` fails with; [`Error::Contention`] when it met contention six times, or until no time was left.
pub async fn on_contention<T, W, F>(work: W) -> Result<T>
where
    W: FnMut() -> F,
    F: Future<Output = Result<T>>,
{
    let deadline = Deadline::after(LIMIT);
    attempts(work, |failures| rest(failures, deadline)).await
}

/// Runs `work` until it does not meet contention, six times at most. `rest` waits after so many failures, and answers whether there is time for another.
async fn attempts<T, W, F, R, G>(mut work: W, rest: R) -> Result<T>
where
    W: FnMut() -> F,
    F: Future<Output = Result<T>>,
    R: Fn(u32) -> G,
    G: Future<Output = bool>,
{
    let mut failures = 0;
    loop {
        // awaited at one place only: the caller's future would hold the work twice
        let outcome = work().await;
        failures += 1;
        let contended = matches!(outcome, Err(Error::Contention));
        if !contended || failures >= ATTEMPTS || !rest(failures).await {
            return outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use proptest::prelude::*;
    use std::cell::Cell;

    /// Adds one to `number` when nobody else did since it was read; between the two, others have their turns.
    async fn add_one(number: &Cell<u32>, turns: u32) -> Result<()> {
        let read = number.get();
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        if number.get() != read {
            return Err(Error::Contention);
        }
        number.set(read + 1);
        Ok(())
    }

    fn run(each: &[u32]) -> (usize, u32) {
        let number = Cell::new(0);
        let rested = |failures| async move {
            for _ in 0..failures {
                tokio::task::yield_now().await;
            }
            true
        };
        let all = each
            .iter()
            .map(|turns| attempts(|| add_one(&number, *turns), rested));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outcomes = runtime.block_on(join_all(all));
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        (done, number.get())
    }

    proptest! {
        #[test]
        fn as_many_as_attempts_all_count(each in prop::collection::vec(0_u32..9, 0..=6)) {
            let all = each.len();
            let (done, number) = run(&each);
            prop_assert_eq!((done, number as usize), (all, all));
        }

        #[test]
        fn of_a_crowd_those_who_were_told_so_count(each in prop::collection::vec(0_u32..9, 0..60)) {
            let (done, number) = run(&each);
            prop_assert_eq!(done, number as usize);
        }
    }

    #[tokio::test]
    async fn it_gives_up_after_six_and_at_once_on_anything_else() {
        let tried = Cell::new(0);
        let fails = |error: fn() -> Error| {
            let tried = &tried;
            tried.set(0);
            let work = move || {
                tried.set(tried.get() + 1);
                async move { Err::<(), _>(error()) }
            };
            attempts(work, |_| std::future::ready(true))
        };
        assert!(matches!(
            fails(|| Error::Contention).await,
            Err(Error::Contention)
        ));
        assert_eq!(tried.get(), 6);
        assert!(fails(|| Error::unavailable("Redis", "away")).await.is_err());
        assert_eq!(tried.get(), 1);
    }

    #[tokio::test]
    async fn it_does_not_outlive_the_work_it_is_part_of() {
        let tried = Cell::new(0);
        let work = || {
            tried.set(tried.get() + 1);
            async { Err::<(), _>(Error::Contention) }
        };
        let outcome = crate::within(Duration::ZERO, on_contention(work)).await;
        assert!(matches!(outcome, Err(Error::Contention)));
        assert_eq!(tried.get(), 1);
    }
}
