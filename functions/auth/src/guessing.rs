//! Guesses at a password, at a code of the second factor, at a one-time code: begun, judged and told to the throttle in one place, so that no way out of
//! a request forgets to.

use crate::state::Auth;
use crate::throttle::Throttle;
use contracts::Refusal;
use runtime::{Error, Result};

/// The codes of the refusals that say that a guess was wrong.
const WRONG: [&str; 4] = [
    "invalid_credentials",
    "wrong_password",
    "invalid_otp",
    "invalid_code",
];

/// What became of something that needed a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guess {
    /// It was done.
    Right,
    /// The guess was wrong.
    Wrong,
    /// It was not done for another reason, which may be a failure of ours.
    None,
}

impl Guess {
    /// What `outcome` says of the guess.
    fn of<T>(outcome: &Result<T>) -> Self {
        match outcome {
            Ok(_) => Self::Right,
            Err(Error::Refused(
                Refusal::Unauthenticated { code, .. }
                | Refusal::Denied { code, .. }
                | Refusal::Unprocessable { code, .. },
            )) if WRONG.contains(code) => Self::Wrong,
            Err(_) => Self::None,
        }
    }
}

impl Auth {
    /// Does what needs a guess, unless somebody has been guessing under these keys of the throttle. What was refused for a wrong guess counts as one,
    /// what was done forgets the earlier ones, and what failed otherwise counts as nothing.
    ///
    /// # Errors
    /// What `work` fails with; 429.
    pub(crate) async fn guessing<T, F>(&self, keys: &[(String, u32)], work: F) -> Result<T>
    where
        F: AsyncFnOnce() -> Result<T>,
    {
        self.throttle.allow(keys).await?;
        let open = Open {
            throttle: &self.throttle,
            keys,
            judged: false,
        };
        let outcome = work().await;
        open.judged(Guess::of(&outcome)).await;
        outcome
    }
}

/// A guess that has begun, and was not judged yet.
struct Open<'a> {
    throttle: &'a Throttle,
    keys: &'a [(String, u32)],
    judged: bool,
}

impl Open<'_> {
    async fn judged(mut self, guess: Guess) {
        self.judged = true;
        match guess {
            Guess::Right => self.throttle.succeeded(self.keys).await,
            Guess::Wrong => self.throttle.failed(self.keys).await,
            // the request's time may be over by now: this has time of its own
            Guess::None => {
                if let Err(error) = self.take_back().await {
                    tracing::error!(%error, "a guess that was not judged stays counted");
                }
            }
        }
    }

    fn take_back(&self) -> tokio::task::JoinHandle<()> {
        let (throttle, keys) = (self.throttle.clone(), self.keys.to_vec());
        tokio::spawn(async move { throttle.undecided(&keys).await })
    }
}

impl Drop for Open<'_> {
    /// A request whose time was over has judged nothing: that is our failure. Whoever goes away before the answer leaves the guess counted: what it did
    /// may be seen elsewhere.
    fn drop(&mut self) {
        if !self.judged && cloud::is_late() {
            self.take_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_wrong_guess_counts_as_one() {
        let of = |refusal: Refusal| Guess::of::<()>(&Err(refusal.into()));
        let wrong = [
            Refusal::unauthenticated("invalid_credentials", ""),
            Refusal::denied("wrong_password", ""),
            Refusal::unauthenticated("invalid_otp", ""),
            Refusal::unprocessable("invalid_code", ""),
        ];
        for refusal in wrong {
            assert_eq!(of(refusal.clone()), Guess::Wrong, "{refusal:?}");
        }
        let none = [
            Refusal::unauthenticated("otp_required", ""),
            Refusal::conflict("email_taken", ""),
            Refusal::NotFound,
            Refusal::Unavailable,
            Refusal::Invalid(Vec::new()),
        ];
        for refusal in none {
            assert_eq!(of(refusal.clone()), Guess::None, "{refusal:?}");
        }
        assert_eq!(Guess::of::<()>(&Err(Error::failed("away"))), Guess::None);
        assert_eq!(Guess::of(&Ok(())), Guess::Right);
    }
}
