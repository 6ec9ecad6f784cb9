//! Changing an account.

use crate::model::Account;
use crate::state::Auth;
use crate::store;
use contracts::{Refusal, UserId};

impl Auth {
    /// The account of `user` after `change`, which is tried again when somebody else changes it at the same moment. One read, and one write when it
    /// changes anything.
    ///
    /// # Errors
    /// What `change` refuses; 401 when the account is gone.
    pub(crate) async fn change_account(
        &self,
        user: UserId,
        change: impl Fn(&Account) -> cloud::Result<Account>,
    ) -> runtime::Result<Account> {
        let changed = cloud::on_contention(|| async {
            let stored = store::account(self.cloud.documents(), user).await?;
            let stored =
                stored.ok_or_else(|| Refusal::unauthenticated("invalid_token", "the account is gone"))?;
            let account = change(&stored)?;
            if account != *stored {
                self.commit().update(&stored, &account).await?;
            }
            Ok(account)
        });
        Ok(changed.await?)
    }
}
