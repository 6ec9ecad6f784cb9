//! Guessing costs time: after five failures for one identifier, or fifty from one address, within 15 minutes, each further try waits longer.

mod failures;
mod own;

use cloud::{Cache, hash, redis};
use contracts::{Clock, Refusal, Timestamp};
use failures::{Failures, WINDOW};
use own::Own;
use std::net::IpAddr;
use std::time::Duration;

const BEGIN: &str = include_str!("begin.lua");
const TAKE_BACK: &str = include_str!("take_back.lua");

/// Counts failures in Redis; while Redis is away, each process counts for itself.
///
/// For an identifier a try counts as a failure when it begins, and is taken back when it turns out to be none: however many guesses come at
/// once, no more of them are judged than are free. For an address, which many may share, only what has failed counts.
#[derive(Debug, Clone)]
pub(crate) struct Throttle {
    cache: Cache,
    free: u32,
    own: Own,
}

impl Throttle {
    pub(crate) fn new(cache: Cache, free: u32) -> Self {
        Self {
            cache,
            free,
            own: Own::default(),
        }
    }

    /// Forgets what was guessed at: pairs of what, and what was typed. A Redis command each.
    pub(crate) async fn forget(&self, guesses: &[(&str, &str)]) {
        let mut forget = redis::pipe();
        for (what, identifier) in guesses {
            let key = Self::key(what, identifier);
            self.own.forget(&key);
            forget.del(self.cache.key(&key)).ignore();
        }
        // what stays expires
        let _ = self.cache.run_all::<()>(&forget).await;
    }

    fn key(what: &str, identifier: &str) -> String {
        let identifier = hash::key(&[what.as_bytes(), identifier.trim().to_lowercase().as_bytes()]);
        format!("guess:{identifier}")
    }

    /// The keys of a guess at `what` (a password, a code): what was typed, and where it came from. An address may fail ten times as often.
    pub(crate) fn keys(what: &str, identifier: &str, ip: IpAddr) -> [(String, u32); 2] {
        [(Self::key(what, identifier), 1), (format!("guess:ip:{ip}"), 10)]
    }

    /// Begins a try, whose outcome must be told: [`Throttle::failed`], [`Throttle::succeeded`] or [`Throttle::undecided`]. Two Redis commands.
    ///
    /// # Errors
    /// 429 while the delay after the last failure runs.
    pub(crate) async fn allow(&self, keys: &[(String, u32)]) -> Result<(), Refusal> {
        let now = Clock::system().now();
        let Some(((identifier, factor), addresses)) = keys.split_first() else {
            return Ok(());
        };
        for (address, factor) in addresses {
            refuse(self.wait(address, self.free.saturating_mul(*factor), now).await)?;
        }
        refuse(
            self.begin(identifier, self.free.saturating_mul(*factor), now)
                .await,
        )
    }

    /// It was wrong. Three Redis commands.
    pub(crate) async fn failed(&self, keys: &[(String, u32)]) {
        let now = Clock::system().now();
        for (address, _) in keys.iter().skip(1) {
            let name = self.cache.key(address);
            let mut note = redis::pipe();
            note.atomic().hincr(&name, "count", 1).ignore();
            note.hset(&name, "last", now.as_millis()).ignore();
            note.cmd("EXPIRE").arg(&name).arg(WINDOW.as_secs()).ignore();
            if self.cache.run_all::<()>(&note).await.is_err() {
                self.own.failed(address, now);
            }
        }
    }

    /// It was right: the identifier's failures are forgotten; those of the address stay. One Redis command.
    pub(crate) async fn succeeded(&self, keys: &[(String, u32)]) {
        if let Some((identifier, _)) = keys.first() {
            self.own.forget(identifier);
            let forget = redis::cmd("DEL").arg(self.cache.key(identifier)).to_owned();
            // what stays expires
            let _ = self.cache.run::<()>(&forget).await;
        }
    }

    /// Nobody knows: something else went wrong. One Redis command.
    pub(crate) async fn undecided(&self, keys: &[(String, u32)]) {
        if let Some((identifier, _)) = keys.first() {
            self.own.take_back(identifier);
            let mut take_back = redis::cmd("EVAL");
            take_back.arg(TAKE_BACK).arg(1).arg(self.cache.key(identifier));
            // what stays expires
            let _ = self.cache.run::<()>(&take_back).await;
        }
    }

    async fn begin(&self, key: &str, free: u32, now: Timestamp) -> Duration {
        let mut begin = redis::cmd("EVAL");
        begin.arg(BEGIN).arg(1).arg(self.cache.key(key));
        begin.arg(now.as_millis()).arg(free).arg(WINDOW.as_secs() * 1000);
        match self.cache.run::<u64>(&begin).await {
            Ok(wait) => Duration::from_millis(wait),
            Err(_) => self.own.begin(key, free, now),
        }
    }

    async fn wait(&self, key: &str, free: u32, now: Timestamp) -> Duration {
        let mut read = redis::cmd("HMGET");
        read.arg(self.cache.key(key)).arg("count").arg("last");
        match self.cache.run::<(Option<u32>, Option<i64>)>(&read).await {
            Ok((Some(count), Some(last))) => {
                let last = Timestamp::from_millis(last);
                Failures { count, last }.wait(free, now)
            }
            Ok(_) => Duration::ZERO,
            Err(_) => self.own.wait(key, free, now),
        }
    }
}

fn refuse(wait: Duration) -> Result<(), Refusal> {
    if wait.is_zero() {
        return Ok(());
    }
    Err(Refusal::TooMany {
        retry_after: u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX),
    })
}
