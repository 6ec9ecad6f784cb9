//! Public keys, fetched and kept.

use cloud::{Error, Result};
use contracts::{Clock, Timestamp};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// The least time between two fetches.
const APART: Duration = Duration::from_mins(1);
/// The least time after a fetch that failed.
const APART_AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How long keys are taken for the present ones: one that was withdrawn is refused after that.
const FRESH: Duration = Duration::from_hours(1);
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The keys at an address. They are fetched again after an hour, and for an unknown `kid` at most once a minute, by one request for all; while the
/// address is away, the keys that are known stay good.
#[derive(Clone)]
pub struct Jwks {
    url: String,
    apart: Duration,
    clock: Clock,
    known: Arc<RwLock<Known>>,
    tried: Arc<Mutex<Option<Tried>>>,
}

/// The keys of the last fetch that succeeded.
#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<Key>>,
    since: Option<Timestamp>,
}

/// The last fetch.
#[derive(Clone, Copy)]
struct Tried {
    at: Timestamp,
    failed: bool,
}

/// A public key.
pub(super) struct Key {
    pub(super) decoding: DecodingKey,
}

impl std::fmt::Debug for Jwks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jwks")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Jwks {
    /// The keys at `url`, fetched at the first need.
    pub fn new(url: String) -> Self {
        Self::with_clock(url, Clock::system())
    }

    /// The same, fetched again after `apart` at the earliest.
    pub(super) fn apart(self, apart: Duration) -> Self {
        Self { apart, ..self }
    }

    pub(super) fn with_clock(url: String, clock: Clock) -> Self {
        Self {
            url,
            apart: APART,
            clock,
            known: Arc::default(),
            tried: Arc::default(),
        }
    }

    /// The key `kid`, if it is there. A request when it is not known, or the keys are old.
    ///
    /// # Errors
    /// It is not known, and the keys cannot be fetched.
    pub(super) async fn key(&self, kid: &str) -> Result<Option<Arc<Key>>> {
        match self.look(kid) {
            (Some(key), true) => return Ok(Some(key)),
            (Some(_), false) => {
                // one of those who come by fetches old keys again, the others go on with them
                if let Ok(tried) = self.tried.try_lock()
                    && let Err(error) = self.refresh(tried).await
                {
                    tracing::warn!(%error, "old keys stay good for now");
                }
                return Ok(self.look(kid).0);
            }
            (None, _) => {}
        }
        let tried = self.tried.lock().await;
        // whoever held the lock may have fetched it
        if let (Some(key), true) = self.look(kid) {
            return Ok(Some(key));
        }
        self.refresh(tried).await?;
        Ok(self.look(kid).0)
    }

    /// The key, and whether what is known is fresh.
    fn look(&self, kid: &str) -> (Option<Arc<Key>>, bool) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let fresh = known.since.is_some_and(|since| now.since(since) < FRESH);
        (known.keys.get(kid).cloned(), fresh)
    }

    /// Fetches, unless that was done a moment ago.
    async fn refresh(&self, mut tried: MutexGuard<'_, Option<Tried>>) -> Result<()> {
        let now = self.clock.now();
        match *tried {
            Some(Tried { at, failed: true }) if now.since(at) < APART_AFTER_FAILURE => {
                return Err(Error::unavailable("the keys", "they were away a moment ago"));
            }
            Some(Tried { at, failed: false }) if now.since(at) < self.apart => return Ok(()),
            _ => {}
        }
        let outcome = self.fetch(now).await;
        *tried = Some(Tried {
            at: now,
            failed: outcome.is_err(),
        });
        outcome
    }

    async fn fetch(&self, now: Timestamp) -> Result<()> {
        let away = |error| Error::unavailable("the keys", error);
        // made for each of these rare fetches: a client reads the machine's certificates, which no start should wait for
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .build()
            .map_err(away)?;
        let answer = http
            .get(&self.url)
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        let set: JwkSet = answer.map_err(away)?.json().await.map_err(away)?;
        let keys = set.keys.into_iter().filter_map(|jwk| {
            let kid = jwk.common.key_id.clone()?;
            let decoding = DecodingKey::from_jwk(&jwk).ok()?;
            Some((kid, Arc::new(Key { decoding })))
        });
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known {
            keys: keys.collect(),
            since: Some(now),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::KeyServer;
    use super::*;
    use futures::future::join_all;

    async fn found(jwks: &Jwks, kid: &str) -> bool {
        jwks.key(kid).await.unwrap().is_some()
    }

    fn jwks(server: &KeyServer) -> (Jwks, Clock) {
        let clock = Clock::fixed(Timestamp::EPOCH);
        (Jwks::with_clock(server.url(), clock.clone()), clock)
    }

    fn pass(clock: &Clock, time: Duration) {
        clock.set(clock.now() + time);
    }

    #[tokio::test]
    async fn a_crowd_of_known_and_unknown_kids_is_one_request() {
        let server = KeyServer::start().await;
        let (jwks, clock) = jwks(&server);
        let crowd = (0..200).map(|n| {
            let kid = if n % 2 == 0 {
                "good".to_owned()
            } else {
                format!("bad-{n}")
            };
            let jwks = &jwks;
            async move { found(jwks, &kid).await == (n % 2 == 0) }
        });
        assert!(join_all(crowd).await.into_iter().all(|right| right));
        assert_eq!(server.asked(), 1);
        // a minute later, an unknown one is worth another look, and no more than that
        pass(&clock, APART);
        for _ in 0..10 {
            assert!(!found(&jwks, "bad").await);
        }
        assert_eq!(server.asked(), 2);
    }

    #[tokio::test]
    async fn a_new_key_is_found_and_a_withdrawn_one_refused_after_an_hour() {
        let server = KeyServer::start().await;
        let (jwks, clock) = jwks(&server);
        assert!(found(&jwks, "good").await && !found(&jwks, "next").await);
        server.publish(&["good", "next"]);
        pass(&clock, APART);
        assert!(found(&jwks, "next").await);
        server.publish(&["next"]);
        assert!(found(&jwks, "good").await, "kept");
        pass(&clock, FRESH);
        assert!(!found(&jwks, "good").await && found(&jwks, "next").await);
        assert_eq!(server.asked(), 3);
    }

    #[tokio::test]
    async fn while_the_keys_are_away_known_ones_are_good_and_nobody_is_kept_waiting() {
        let server = KeyServer::start().await;
        let (jwks, clock) = jwks(&server);
        server.publish(&[]);
        server.fail(true);
        assert!(
            join_all((0..50).map(|_| jwks.key("good")))
                .await
                .iter()
                .all(Result::is_err)
        );
        assert_eq!(server.asked(), 1);
        server.fail(false);
        server.publish(&["good"]);
        assert!(jwks.key("good").await.is_err(), "not yet again");
        pass(&clock, APART_AFTER_FAILURE);
        assert!(found(&jwks, "good").await);
        server.fail(true);
        pass(&clock, FRESH);
        let crowd = join_all((0..50).map(|_| found(&jwks, "good"))).await;
        assert!(crowd.into_iter().all(|found| found));
        assert_eq!(server.asked(), 3);
    }
}
