//! The second factor: a code of an authenticator app, or a recovery code.

use crate::model::Account;
use crate::state::Auth;
use cloud::{Error, Result};
use contracts::Refusal;

/// The code of the refusal of a wrong code.
const INVALID: &str = "invalid_otp";

/// What became of something that needed a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guess {
    /// It was done.
    Right,
    /// The code was wrong.
    Wrong,
    /// It was not done for another reason.
    None,
}

impl Guess {
    /// What `outcome` says of the code.
    pub(crate) fn of<T>(outcome: &runtime::Result<T>) -> Self {
        match outcome {
            Ok(_) => Self::Right,
            Err(runtime::Error::Refused(Refusal::Unauthenticated { code: INVALID, .. })) => Self::Wrong,
            Err(_) => Self::None,
        }
    }
}

impl Auth {
    /// Does what needs a code, unless somebody has been guessing under these keys of the throttle.
    ///
    /// # Errors
    /// What `work` fails with; 429.
    pub(crate) async fn guessing<T, F>(&self, keys: &[(String, u32)], work: F) -> runtime::Result<T>
    where
        F: AsyncFnOnce() -> runtime::Result<T>,
    {
        self.throttle.allow(keys).await?;
        let outcome = work().await;
        self.guessed(keys, Guess::of(&outcome)).await;
        outcome
    }

    /// Counts a wrong code as a wrong password is counted, and forgets the earlier ones at a right one.
    pub(crate) async fn guessed(&self, keys: &[(String, u32)], guess: Guess) {
        match guess {
            Guess::Right => self.throttle.succeeded(keys).await,
            Guess::Wrong => self.throttle.failed(keys).await,
            Guess::None => self.throttle.undecided(keys).await,
        }
    }

    /// The account after `otp` was used up; as it is, when it has no second factor.
    ///
    /// # Errors
    /// 401 `otp_required` when there is no code, `invalid_otp` when it is not good or was used before.
    pub(crate) fn with_otp(&self, account: &Account, otp: Option<&str>) -> Result<Account> {
        if !account.has_second_factor() {
            return Ok(account.clone());
        }
        let otp = otp.ok_or_else(|| {
            Refusal::unauthenticated(
                "otp_required",
                "this account needs a code of its authenticator app",
            )
        })?;
        self.with_any_otp(account, otp)
    }

    /// The same, also for a second factor that waits for its first code.
    ///
    /// # Errors
    /// 401 `invalid_otp`.
    pub(crate) fn with_any_otp(&self, account: &Account, otp: &str) -> Result<Account> {
        let invalid = || Refusal::unauthenticated(INVALID, "the code is not good, or was used before");
        let totp = account.totp.as_ref().ok_or_else(invalid)?;
        let secret = self
            .sealer
            .open(account.user_id, &totp.sealed)
            .map_err(|error| Error::rejected("the sealed secret", error.to_string()))?;
        let used = totp.used(otp, &secret, account.user_id, self.now());
        Ok(Account {
            totp: Some(used.ok_or_else(invalid)?),
            ..account.clone()
        })
    }
}
