//! The password once more, before something that a stolen access token must not be enough for.

use crate::model::Account;
use crate::state::Auth;
use contracts::Refusal;
use runtime::Result;

impl Auth {
    /// # Errors
    /// 403 `wrong_password`; 429 when there were many of these, under the keys of the throttle.
    pub(crate) async fn confirm_password(
        &self,
        keys: &[(String, u32)],
        account: &Account,
        password: &str,
    ) -> Result<()> {
        self.guessing(keys, async || self.is_password(account, password).await)
            .await
    }

    /// # Errors
    /// 403 `wrong_password`, which counts as a guess only within [`Auth::guessing`].
    pub(crate) async fn is_password(&self, account: &Account, password: &str) -> Result<()> {
        let hash = account.password_hash.as_deref();
        if self.passwords.verify(password, hash).await? {
            return Ok(());
        }
        Err(Refusal::denied("wrong_password", "this is not the password").into())
    }
}
