//! One run of a piece of work for many who want it: ten thousand reactions in a minute are counted sixty times, not ten thousand.
//!
//! A run that somebody wanted alone may be followed by another after a quarter of a second, so that single changes are seen at once; one that several
//! wanted is followed by none for a second, which is what one document takes for long.

use crate::{Cache, Error, Result};
use redis::cmd;
use std::time::Duration;

/// How long a run may take before another one may start beside it, in milliseconds.
const RUN: u64 = 10_000;
/// The least time between the end of a run that one wanted and the start of the next, in milliseconds.
const APART: u64 = 250;
/// The same after a run that several wanted.
const APART_IN_A_CROWD: u64 = 1000;
/// How long the tickets are remembered after the last of them, in seconds.
const REMEMBERED: u64 = 3600;
/// How often, and how long apart, somebody looks whether another's run has covered them.
const LOOKS: u32 = 60;
const LOOK: Duration = Duration::from_millis(100);

/// Joins runs of the same work.
///
/// Whoever wants a run draws a ticket from a Redis counter. A run covers every ticket that was drawn before it began. No clocks are compared;
/// without Redis everybody runs for themself.
#[derive(Debug, Clone)]
pub struct Coalesce {
    cache: Cache,
}

impl Coalesce {
    pub(crate) fn new(cache: Cache) -> Self {
        Self { cache }
    }

    /// Returns when a run of `work` for `key` that began after this call has ended: this caller's, or somebody else's. Five Redis
    /// commands for who runs it; a few for who waits.
    ///
    /// # Errors
    /// `work` failed, or somebody else's run did not end within some seconds.
    pub async fn cover<F: Future<Output = Result<()>>>(&self, key: &str, work: impl Fn() -> F) -> Result<()> {
        let keys = Keys::new(&self.cache, key);
        let Ok(ticket) = self.draw(&keys).await else {
            return work().await;
        };
        for _ in 0..LOOKS {
            match self.look(&keys, ticket).await {
                Ok(Look::Covered) => return Ok(()),
                Ok(Look::Mine(tickets)) => return self.run(&keys, tickets, &work).await,
                Ok(Look::Wait) => tokio::time::sleep(LOOK).await,
                Err(_) => return work().await,
            }
        }
        Err(Error::unavailable("Redis", "another instance's run did not end"))
    }

    async fn draw(&self, keys: &Keys) -> Result<u64> {
        let mut draw = redis::pipe();
        draw.incr(&keys.wanted, 1_u64)
            .cmd("EXPIRE")
            .arg(&keys.wanted)
            .arg(REMEMBERED)
            .ignore();
        let (ticket,) = self.cache.run_all(&draw).await?;
        Ok(ticket)
    }

    async fn look(&self, keys: &Keys, ticket: u64) -> Result<Look> {
        let covered: Option<u64> = self.cache.run(cmd("GET").arg(&keys.covered)).await?;
        let covered = covered.unwrap_or_default();
        if covered >= ticket {
            return Ok(Look::Covered);
        }
        let mut claim = redis::pipe();
        claim
            .cmd("SET")
            .arg(&keys.busy)
            .arg(1)
            .arg("NX")
            .arg("PX")
            .arg(RUN)
            .get(&keys.wanted);
        let (claimed, wanted): (Option<String>, Option<u64>) = self.cache.run_all(&claim).await?;
        Ok(if claimed.is_some() {
            Look::Mine(Tickets {
                first: covered + 1,
                last: wanted.unwrap_or(ticket),
            })
        } else {
            Look::Wait
        })
    }

    async fn run<F: Future<Output = Result<()>>>(
        &self,
        keys: &Keys,
        tickets: Tickets,
        work: &impl Fn() -> F,
    ) -> Result<()> {
        let outcome = work().await;
        let mut after = redis::pipe();
        if outcome.is_ok() {
            after
                .cmd("SET")
                .arg(&keys.covered)
                .arg(tickets.last)
                .arg("EX")
                .arg(REMEMBERED)
                .ignore();
            let busy = after.cmd("PEXPIRE").arg(&keys.busy);
            busy.arg(tickets.apart()).ignore();
        } else {
            after.del(&keys.busy).ignore();
        }
        // when Redis went away meanwhile, the next to look runs again, which is harmless
        let _ = self.cache.run_all::<()>(&after).await;
        outcome
    }
}

enum Look {
    Covered,
    Mine(Tickets),
    Wait,
}

/// The tickets that a run covers.
#[derive(Debug, Clone, Copy)]
struct Tickets {
    first: u64,
    last: u64,
}

impl Tickets {
    /// How long after the run no other starts, in milliseconds.
    const fn apart(self) -> u64 {
        if self.last > self.first {
            APART_IN_A_CROWD
        } else {
            APART
        }
    }
}

struct Keys {
    wanted: String,
    covered: String,
    busy: String,
}

impl Keys {
    fn new(cache: &Cache, key: &str) -> Self {
        let name = |part| cache.key(&format!("{{{key}}}:{part}"));
        Self {
            wanted: name("wanted"),
            covered: name("covered"),
            busy: name("busy"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_waits_a_second_and_who_is_alone_does_not() {
        let apart = |first, last| Tickets { first, last }.apart();
        assert_eq!(apart(1, 1), 250);
        assert_eq!(apart(7, 7), 250);
        assert_eq!(apart(7, 8), 1000);
        assert_eq!(apart(1, 10_000), 1000);
        // Redis forgot the tickets meanwhile
        assert_eq!(apart(9, 1), 250);
    }
}
