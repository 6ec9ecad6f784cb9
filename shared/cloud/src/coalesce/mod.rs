//! One run of a piece of work for many who want it: ten thousand reactions in a minute are counted sixty times, not ten thousand.
//!
//! Whoever wants a run draws a ticket. A run covers every ticket that was drawn before it began, in any instance; a [`Pace`] says how soon the next may
//! follow. One key may have several parts, whose runs are never side by side: one run does as many of them as the pace allows.
//!
//! What is kept in Redis is described, and its laws are tested, in `board.rs`.

#[cfg(test)]
mod board;
mod scripts;

use crate::{Cache, Error, Result};
use futures::future::try_join_all;
use scripts::{DRAW, FINISH, GIVE_UP, LOOK};
use std::time::Duration;

/// How long a run may take before another one may start beside it, in milliseconds.
const RUN: u64 = 10_000;
/// How long the tickets are remembered after the last of them, in seconds.
const REMEMBERED: u64 = 3600;
/// How long after another's look at a run under way, at first and at most: each time twice as long.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(400));
/// Those who wait for the same moment look within so many milliseconds of it, so that they do not all look at once.
const SPREAD: u64 = 20;
/// How long somebody waits at most: longer than a run whose instance died is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// How runs of the same work follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between the end of a run that one caller wanted and the start of the next.
    pub apart: Duration,
    /// The same after a run that several wanted.
    pub apart_in_a_crowd: Duration,
    /// The most parts that one run does.
    pub parts: usize,
}

impl Pace {
    /// So far apart, whoever wants it.
    pub const fn steady(apart: Duration, parts: usize) -> Self {
        Self {
            apart,
            apart_in_a_crowd: apart,
            parts,
        }
    }

    const fn after(self, run: &Run) -> Duration {
        if run.crowd {
            self.apart_in_a_crowd
        } else {
            self.apart
        }
    }
}

/// Single changes are seen at once; a crowd waits a second, which is what one document takes for long.
impl Default for Pace {
    fn default() -> Self {
        Self {
            apart: Duration::from_millis(250),
            apart_in_a_crowd: Duration::from_secs(1),
            parts: usize::MAX,
        }
    }
}

/// Whose run it was that covered a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// The caller's own.
    ByMe,
    /// Somebody else's.
    ByAnother,
}

/// Joins runs of the same work. No clocks are compared; without Redis everybody runs for themself.
#[derive(Debug, Clone)]
pub struct Coalesce {
    cache: Cache,
}

impl Coalesce {
    pub(crate) fn new(cache: Cache) -> Self {
        Self { cache }
    }

    /// Returns when a run of `work` for `key` that began after this call has ended: this caller's, or somebody else's. Three Redis
    /// commands for who runs it; a few for who waits.
    ///
    /// # Errors
    /// `work` failed, or somebody else's run did not end within some seconds.
    pub async fn cover<F: Future<Output = Result<()>>>(&self, key: &str, work: impl Fn() -> F) -> Result<()> {
        let whole = |_| work();
        self.cover_parts(key, &[""], Pace::default(), whole)
            .await
            .map(|_| ())
    }

    /// Returns when `work` for each of these parts of `key` has ended that began after this call: in one run or in several, this caller's or somebody
    /// else's; answers whether one was this caller's. `work` is told which parts it is to do: one of the caller's own first, then those that have waited
    /// longest. Costs as [`Coalesce::cover`], and two Redis commands for each further part.
    ///
    /// # Errors
    /// As [`Coalesce::cover`].
    pub async fn cover_parts<F: Future<Output = Result<()>>>(
        &self,
        key: &str,
        parts: &[&str],
        pace: Pace,
        work: impl Fn(Vec<String>) -> F,
    ) -> Result<Covered> {
        let keys = Keys::new(&self.cache, key);
        // all are drawn before the first is looked at, so that its run may do them all
        let Ok(tickets) = try_join_all(parts.iter().map(|part| self.draw(&keys, part))).await else {
            let all = parts.iter().map(|part| (*part).to_owned()).collect();
            return work(all).await.map(|()| Covered::ByMe);
        };
        let mut covered = Covered::ByAnother;
        for (part, ticket) in parts.iter().zip(tickets) {
            if self.wait(&keys, part, ticket, pace, &work).await? == Covered::ByMe {
                covered = Covered::ByMe;
            }
        }
        Ok(covered)
    }

    /// Waits until a run has covered this ticket, or makes it.
    async fn wait<F: Future<Output = Result<()>>>(
        &self,
        keys: &Keys,
        part: &str,
        mut ticket: Ticket,
        pace: Pace,
        work: &impl Fn(Vec<String>) -> F,
    ) -> Result<Covered> {
        let alone = || async { work(vec![part.to_owned()]).await.map(|()| Covered::ByMe) };
        let (mut waited, (mut again, longest)) = (Duration::ZERO, LOOK_AGAIN);
        while waited < PATIENCE {
            let pause = match self.look(keys, part, &ticket, pace).await {
                Ok(Look::Covered) => return Ok(Covered::ByAnother),
                Ok(Look::Mine(run)) => return self.run(keys, run, pace, work).await,
                Ok(Look::Apart(pause)) => pause,
                Ok(Look::Busy) => {
                    let pause = again;
                    again = longest.min(again * 2);
                    pause
                }
                // Redis has lost everything: whether this ticket was covered is not known
                Ok(Look::Lost) => match self.draw(keys, part).await {
                    Ok(drawn) => {
                        ticket = drawn;
                        continue;
                    }
                    Err(_) => return alone().await,
                },
                Err(_) => return alone().await,
            };
            tokio::time::sleep(pause).await;
            waited += pause;
        }
        Err(Error::unavailable("Redis", "another instance's run did not end"))
    }

    async fn draw(&self, keys: &Keys, part: &str) -> Result<Ticket> {
        let mut draw = keys.script(DRAW);
        draw.arg(part)
            .arg(uuid::Uuid::new_v4().simple().to_string())
            .arg(REMEMBERED);
        let (epoch, number) = self.cache.run(&draw).await?;
        Ok(Ticket { epoch, number })
    }

    async fn look(&self, keys: &Keys, part: &str, ticket: &Ticket, pace: Pace) -> Result<Look> {
        let mut look = keys.script(LOOK);
        look.arg(part)
            .arg(&ticket.epoch)
            .arg(ticket.number)
            .arg(RUN)
            .arg(pace.parts);
        let seen: Vec<String> = self.cache.run(&look).await?;
        Ok(Look::read(&seen, ticket))
    }

    async fn run<F: Future<Output = Result<()>>>(
        &self,
        keys: &Keys,
        run: Run,
        pace: Pace,
        work: &impl Fn(Vec<String>) -> F,
    ) -> Result<Covered> {
        let parts = run.parts.iter().map(|(part, _)| part.clone()).collect();
        let outcome = work(parts).await;
        let after = if outcome.is_ok() {
            let mut finish = keys.script(FINISH);
            let apart = u64::try_from(pace.after(&run).as_millis()).unwrap_or(u64::MAX);
            finish.arg(&run.epoch).arg(&run.mark).arg(apart);
            for (part, last) in &run.parts {
                finish.arg(part).arg(last);
            }
            finish
        } else {
            let mut give_up = keys.script(GIVE_UP);
            give_up.arg(&run.mark);
            give_up
        };
        // when Redis went away meanwhile, the next to look runs again, which is harmless
        let _ = self.cache.run::<()>(&after).await;
        outcome.map(|()| Covered::ByMe)
    }
}

/// What somebody drew: numbers rise while Redis keeps what it has, which the epoch tells.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ticket {
    epoch: String,
    number: u64,
}

/// A run to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    epoch: String,
    /// What says that the run under way is this one.
    mark: String,
    /// Each part, and the last ticket for it that the run covers.
    parts: Vec<(String, String)>,
    /// Several wanted it.
    crowd: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Look {
    Covered,
    Mine(Run),
    /// Somebody runs it.
    Busy,
    /// A run has just ended, and the next may not follow before this.
    Apart(Duration),
    Lost,
}

impl Look {
    /// What the script answered.
    fn read(seen: &[String], ticket: &Ticket) -> Self {
        match seen.split_first() {
            Some((word, _)) if word == "covered" => Self::Covered,
            Some((word, rest)) if word == "mine" => Self::Mine(Run::read(rest, ticket)),
            Some((word, [left])) if word == "apart" => {
                let jitter = uuid::Uuid::new_v4().as_u64_pair().0 % SPREAD;
                Self::Apart(Duration::from_millis(left.parse().unwrap_or(0) + jitter + 1))
            }
            Some((word, _)) if word == "busy" => Self::Busy,
            _ => Self::Lost,
        }
    }
}

impl Run {
    /// Of part, first ticket and last ticket, again and again.
    fn read(parts: &[String], ticket: &Ticket) -> Self {
        let parts = parts.as_chunks::<3>().0;
        let crowd = parts.len() > 1 || parts.iter().any(|[_, first, last]| first != last);
        Self {
            epoch: ticket.epoch.clone(),
            mark: format!("{}:{}", ticket.epoch, ticket.number),
            parts: parts
                .iter()
                .map(|[part, _, last]| (part.clone(), last.clone()))
                .collect(),
            crowd,
        }
    }
}

/// Two keys of one slot: the tickets, and whether a run is under way or was a moment ago.
struct Keys {
    board: String,
    busy: String,
}

impl Keys {
    fn new(cache: &Cache, key: &str) -> Self {
        Self {
            board: cache.key(&format!("{{{key}}}:wanted")),
            busy: cache.key(&format!("{{{key}}}:busy")),
        }
    }

    fn script(&self, script: &str) -> redis::Cmd {
        let mut eval = redis::cmd("EVAL");
        eval.arg(script).arg(2).arg(&self.board).arg(&self.busy);
        eval
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(words: &[&str]) -> Look {
        let seen: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let ticket = Ticket {
            epoch: "e".to_owned(),
            number: 7,
        };
        Look::read(&seen, &ticket)
    }

    #[test]
    fn a_crowd_waits_a_second_and_who_is_alone_does_not() {
        let after = |parts: &[&str]| {
            let Look::Mine(run) = look(&[&["mine"], parts].concat()) else {
                panic!("no run")
            };
            Pace::default().after(&run).as_millis()
        };
        assert_eq!(after(&["a", "7", "7"]), 250);
        assert_eq!(after(&["a", "7", "8"]), 1000);
        assert_eq!(after(&["a", "7", "7", "b", "8", "8"]), 1000);
    }

    #[test]
    fn what_a_script_answers_is_understood() {
        assert_eq!(look(&["covered"]), Look::Covered);
        assert_eq!(look(&["busy"]), Look::Busy);
        assert_eq!(look(&["lost"]), Look::Lost);
        let Look::Apart(pause) = look(&["apart", "300"]) else {
            panic!("it waits")
        };
        assert!((301..=300 + u128::from(SPREAD)).contains(&pause.as_millis()));
        let Look::Mine(run) = look(&["mine", "a", "3", "9"]) else {
            panic!("no run")
        };
        assert_eq!(
            (run.parts, run.mark.as_str()),
            (vec![("a".to_owned(), "9".to_owned())], "e:7")
        );
    }
}
