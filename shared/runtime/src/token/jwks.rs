//! Public keys, fetched and kept.

use cloud::{Error, Result};
use contracts::{Clock, Timestamp};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;

/// The least time between two fetches.
const APART: Duration = Duration::from_mins(1);
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The keys at an address. An unknown `kid` fetches them again, at most once a minute.
#[derive(Clone)]
pub struct Jwks {
    url: String,
    clock: Clock,
    keys: Arc<RwLock<HashMap<String, Arc<Key>>>>,
    fetched: Arc<Mutex<Option<Timestamp>>>,
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
        Self {
            url,
            clock: Clock::system(),
            keys: Arc::default(),
            fetched: Arc::default(),
        }
    }

    /// The key `kid`, if it is there.
    pub(super) async fn key(&self, kid: &str) -> Result<Option<Arc<Key>>> {
        if let Some(key) = self.known(kid) {
            return Ok(Some(key));
        }
        let mut fetched = self.fetched.lock().await;
        if let Some(key) = self.known(kid) {
            return Ok(Some(key));
        }
        let now = self.clock.now();
        if fetched.is_none_or(|at| now.since(at) >= APART) {
            self.fetch().await?;
            *fetched = Some(now);
        }
        Ok(self.known(kid))
    }

    fn known(&self, kid: &str) -> Option<Arc<Key>> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(kid)
            .cloned()
    }

    async fn fetch(&self) -> Result<()> {
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
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.collect();
        Ok(())
    }
}
