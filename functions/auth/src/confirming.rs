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
        self.throttle.allow(keys).await?;
        let hash = account.password_hash.as_deref();
        match self.passwords.verify(password, hash).await {
            Ok(true) => {
                self.throttle.succeeded(keys).await;
                Ok(())
            }
            Ok(false) => {
                self.throttle.failed(keys).await;
                Err(Refusal::denied("wrong_password", "this is not the password").into())
            }
            Err(error) => {
                self.throttle.undecided(keys).await;
                Err(error)
            }
        }
    }
}
