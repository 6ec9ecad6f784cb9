//! Argon2id, off the async threads and few at a time, so that a burst of logins cannot starve the rest.

use super::background::Background;
use super::imported::Imported;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use runtime::{Error, Result};
use std::io;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Verified against when there is no such account, so that both cases take the same time: today's parameters, and a hash that nobody made.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

/// How many requests may read what they need for each one that hashes: enough that no thread waits for the next password.
const AHEAD: usize = 4;

/// Hashes and verifies passwords.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
    near: Arc<Semaphore>,
    threads: Arc<Background>,
}

impl Passwords {
    /// At most `parallel` at a time.
    ///
    /// # Errors
    /// There are no threads to be had.
    pub(crate) fn new(parallel: usize) -> io::Result<Self> {
        let parallel = parallel.max(1);
        Ok(Self {
            permits: Arc::new(Semaphore::new(parallel)),
            near: Arc::new(Semaphore::new(parallel * AHEAD)),
            threads: Arc::new(Background::new(parallel)?),
        })
    }

    /// Waits until it is almost one's turn to have a password hashed, and holds the place: so a burst of logins reads its accounts little by little too,
    /// and others are not held up by that either.
    pub(crate) async fn near_turn(&self) -> cloud::Result<OwnedSemaphorePermit> {
        place(&self.near).await
    }

    /// A PHC string of `password`.
    pub(crate) async fn hash(&self, password: &str) -> cloud::Result<String> {
        let password = password.to_owned();
        let hashed = self.work(move || make(&password)).await?;
        hashed.map_err(|error| cloud::Error::rejected("the hash", error.to_string()))
    }

    /// Whether `password` is the one that was hashed to `hash`; with no hash, no, but not sooner.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (password, known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let verified = self.work(move || is_of(&hash, &password)).await?;
        let right = verified.map_err(|error| Error::failed(error.to_string()))?;
        Ok(right && known)
    }

    /// The stored hash was made with other parameters than today's, or by another system.
    pub(crate) fn outdated(hash: &str) -> bool {
        let today = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$");
        !hash.starts_with(&today)
    }

    /// Runs `work` on a thread that gives way to all others, when it is its turn. Who goes away while waiting costs nothing.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> cloud::Result<T> {
        cloud::operations::hashed();
        let permit = place(&self.permits).await?;
        // the permit goes along: work that has begun goes on when who asked has gone
        let working = self.threads.spawn(move || {
            let done = work();
            drop(permit);
            done
        });
        working
            .await
            .map_err(|error| cloud::Error::rejected("the hash", error))
    }
}

/// Waits for one of `places`, and holds it.
async fn place(places: &Arc<Semaphore>) -> cloud::Result<OwnedSemaphorePermit> {
    let place = Arc::clone(places).acquire_owned().await;
    place.map_err(|error| cloud::Error::rejected("the hash", error))
}

/// A PHC string with today's parameters.
fn make(password: &str) -> std::result::Result<String, argon2::password_hash::Error> {
    Ok(hasher()?.hash_password(password.as_bytes())?.to_string())
}

/// Whether `hash` is that of `password`, with whatever parameters it was made.
fn is_of(hash: &str, password: &str) -> std::result::Result<bool, argon2::password_hash::Error> {
    if let Some(imported) = Imported::read(hash) {
        return Ok(imported.verify(password));
    }
    let hash = PasswordHash::new(hash)?;
    Ok(hasher()?.verify_password(password.as_bytes(), &hash).is_ok())
}

fn hasher() -> std::result::Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(argon2::password_hash::Error::from)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_password_is_its_own_and_nobody_has_none() {
        let passwords = Passwords::new(1).unwrap();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
        assert!(
            !Passwords::outdated(&hash) && !Passwords::outdated(NOBODY),
            "the same work for both"
        );
    }

    #[tokio::test]
    async fn other_parameters_and_other_systems_are_verified_and_outdated() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(64, 1, 1, None).unwrap(),
        );
        let weak = weak.hash_password(b"correct horse").unwrap().to_string();
        let bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
        let passwords = Passwords::new(1).unwrap();
        for (hash, password) in [(weak.as_str(), "correct horse"), (bcrypt, "U*U")] {
            assert!(Passwords::outdated(hash), "{hash}");
            assert!(passwords.verify(password, Some(hash)).await.unwrap(), "{hash}");
            assert!(!passwords.verify("wrong", Some(hash)).await.unwrap(), "{hash}");
        }
    }

    /// Counts how many work at a time.
    #[derive(Default)]
    struct Gauge {
        now: AtomicUsize,
        most: AtomicUsize,
        elsewhere: AtomicUsize,
    }

    #[tokio::test]
    async fn never_more_than_its_number_work_at_a_time_and_none_on_the_async_thread() {
        let (gauge, here) = (Arc::new(Gauge::default()), std::thread::current().id());
        let passwords = Passwords::new(3).unwrap();
        let each = (0..60).map(|_| {
            let gauge = Arc::clone(&gauge);
            passwords.work(move || {
                let now = gauge.now.fetch_add(1, Ordering::SeqCst) + 1;
                gauge.most.fetch_max(now, Ordering::SeqCst);
                let away = std::thread::current().id() != here;
                gauge.elsewhere.fetch_add(usize::from(away), Ordering::SeqCst);
                // long enough that all three get going together
                let _ = is_of(NOBODY, "some password");
                gauge.now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        // every other one goes away before its turn, or in the middle of it
        let all = each.enumerate().map(|(place, work)| async move {
            if place % 2 == 0 {
                work.await.unwrap();
            } else {
                tokio::select! {
                    biased;
                    done = work => done.unwrap(),
                    () = tokio::task::yield_now() => {}
                }
            }
        });
        join_all(all).await;
        let most = gauge.most.load(Ordering::SeqCst);
        assert!((1..=3).contains(&most), "{most}");
        assert!(gauge.elsewhere.load(Ordering::SeqCst) >= 30);
    }
}
