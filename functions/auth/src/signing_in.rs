//! Signing in: what somebody gets who has proved to be the owner of an account, whichever way they did.

use crate::model::{Account, RefreshToken, Session};
use crate::state::Auth;
use crate::store::{self, DEACTIVATIONS, SESSIONS};
use cloud::{Error, Stored};
use contracts::events::accounts::AccountRestored;
use contracts::resources::Tokens;
use contracts::{Refusal, SessionId};
use std::net::IpAddr;

/// What a sign-in is made of, beside the account.
#[derive(Debug, Clone)]
pub(crate) struct SignIn {
    /// A code of the second factor.
    pub(crate) otp: Option<String>,
    /// What the device is called.
    pub(crate) device_name: Option<String>,
    /// Where it is.
    pub(crate) ip: IpAddr,
    /// The password hashed anew, when the stored hash is of another make than today's.
    pub(crate) rehashed: Option<String>,
}

impl Auth {
    /// Begins a session for the proven owner of `account`. One write; two when the account changes with it, as a code is used up. After a lost race
    /// one read more.
    ///
    /// # Errors
    /// 401 `otp_required` or `invalid_otp`.
    pub(crate) async fn sign_in(&self, account: Stored<Account>, how: &SignIn) -> runtime::Result<Tokens> {
        let begin = |account: Stored<Account>| async move { self.begin(&account, how).await };
        let (account, session, token) = self.with_proven(account, begin).await?;
        self.tokens(&account, &session, &token)
    }

    /// Does `work` with an account whose owner has proved themself. After a lost race once more, with the account as it is by then.
    ///
    /// # Errors
    /// Those of `work`; 401 when it is another password that would be needed by then.
    pub(crate) async fn with_proven<T, F>(
        &self,
        proven: Stored<Account>,
        work: impl Fn(Stored<Account>) -> F,
    ) -> cloud::Result<T>
    where
        F: Future<Output = cloud::Result<T>>,
    {
        match work(proven.clone()).await {
            Err(Error::Contention) => {
                cloud::on_contention(|| async { work(self.still(&proven).await?).await }).await
            }
            first => first,
        }
    }

    async fn begin(
        &self,
        stored: &Stored<Account>,
        how: &SignIn,
    ) -> cloud::Result<(Account, Session, RefreshToken)> {
        let now = self.now();
        let mut account = self.with_otp(stored, how.otp.as_deref())?;
        if let Some(rehashed) = &how.rehashed {
            account.password_hash = Some(rehashed.clone());
        }
        let token = RefreshToken::first(SessionId::random());
        let device = how.device_name.clone();
        let session = Session::begin(
            &token,
            account.user_id,
            device,
            how.ip.to_string(),
            account.epoch,
            now,
        );
        let mut commit = self.commit().create(SESSIONS, &session);
        if account.deactivated_at.take().is_some() {
            let user_id = account.user_id;
            commit = commit
                .remove(DEACTIVATIONS, &user_id.to_string())
                .emit(&AccountRestored { user_id });
        }
        if account != **stored {
            commit = commit.update(stored, &account);
        }
        commit.await?;
        Ok((account, session, token))
    }

    /// The account as it is by now, unless it is another's proof that would be needed by now.
    async fn still(&self, proven: &Account) -> cloud::Result<Stored<Account>> {
        let account = store::account(self.cloud.documents(), proven.user_id).await?;
        let same = account.filter(|account| account.password_hash == proven.password_hash);
        same.ok_or_else(|| {
            Refusal::unauthenticated("invalid_credentials", "the password has just changed").into()
        })
    }
}
