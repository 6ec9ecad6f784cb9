//! The second factor: a code of an authenticator app, or a recovery code.

use crate::model::Account;
use crate::state::Auth;
use cloud::{Error, Result};
use contracts::Refusal;

impl Auth {
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
        let invalid = || Refusal::unauthenticated("invalid_otp", "the code is not good, or was used before");
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
