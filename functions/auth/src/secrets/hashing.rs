//! Argon2id, off the async threads and few at a time, so that a burst of logins cannot starve the rest.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use runtime::{Error, Result};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Verified against when there is no such account, so that both cases take the same time: today's parameters, and a hash that nobody made.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

/// Hashes and verifies passwords.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Passwords {
    /// At most `parallel` at a time.
    pub(crate) fn new(parallel: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(parallel)),
        }
    }

    /// A PHC string of `password`.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.work(move || Ok(hasher()?.hash_password(password.as_bytes())?.to_string()))
            .await
    }

    /// Whether `password` is the one that was hashed to `hash`; with no hash, no, but not sooner.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (password, known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or(NOBODY).to_owned();
        self.work(move || {
            let hash = PasswordHash::new(&hash)?;
            Ok(hasher()?.verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await
    }

    /// The stored hash was made with other parameters than today's.
    pub(crate) fn outdated(hash: &str) -> bool {
        let today = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$");
        !hash.starts_with(&today)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> std::result::Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T> {
        let _permit = self.permits.acquire().await.map_err(Error::failed)?;
        let done = tokio::task::spawn_blocking(work).await.map_err(Error::failed)?;
        done.map_err(|error| Error::failed(error.to_string()))
    }
}

fn hasher() -> std::result::Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(argon2::password_hash::Error::from)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_its_own_and_nobody_has_none() {
        let passwords = Passwords::new(1);
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
        assert!(
            !Passwords::outdated(&hash) && !Passwords::outdated(NOBODY),
            "the same work for both"
        );
        assert!(Passwords::outdated(
            "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
        ));
    }
}
