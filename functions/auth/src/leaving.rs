//! Leaving: an account that is hidden for a while, or deleted.

use crate::model::{Account, Deactivation, Erasure, Pace, Retention};
use crate::state::Auth;
use crate::store::{self, DEACTIVATIONS, EMAILS, ERASURES, LETTERS, USERNAMES};
use crate::throttle::Throttle;
use cloud::{Result, Stored};
use contracts::Refusal;
use contracts::events::accounts::AccountDeactivated;
use contracts::events::identity::RevocationReason;
use runtime::Caller;
use runtime::config::Reader;
use serde::Deserialize;
use std::net::IpAddr;
use std::time::Duration;
use utoipa::ToSchema;

/// What configuration says of people who leave, and of what is held about them.
#[derive(Debug, Clone)]
pub(crate) struct Leaving {
    pub(crate) holders: Vec<String>,
    pub(crate) pace: Pace,
    pub(crate) retention: Retention,
    pub(crate) deactivated_for: Duration,
    pub(crate) exports_kept: Duration,
}

impl Leaving {
    /// `PEOPLE_FUNCTIONS` (required): the functions whose description says `holdsPeople`, comma-separated; `ERASURE_PAUSE_SECONDS` (3600): between two rounds
    /// of an erasure, longer than access tokens are good and messages are delivered again; `ERASURE_PATIENCE_SECONDS` (3600): how long a function may be
    /// silent before it is told again; `DEACTIVATED_SECONDS` (30 days); `EXPORT_SECONDS` (7 days). As the deployment has them: `KEPT_BACKUPS_DAYS` (30),
    /// `KEPT_PAST_DAYS` (7), `KEPT_MESSAGES_DAYS` (7), `KEPT_OBJECTS_DAYS` (7), `KEPT_UPLOADS_DAYS` (7, as Cloud Storage knows what was begun), `KEPT_LOGS_DAYS`
    /// (30), `KEPT_MAILS_DAYS` (30). `marks` is how long it is known that somebody was erased.
    pub(crate) fn read(reader: &mut Reader<'_>, marks: Duration) -> Self {
        let holders: String = reader.required("PEOPLE_FUNCTIONS");
        let holders = holders.split(',').map(str::trim).filter(|name| !name.is_empty());
        let holders = holders.map(str::to_owned).collect();
        let mut seconds = |name, default| Duration::from_secs(reader.or(name, default));
        let pace = Pace {
            between: seconds("ERASURE_PAUSE_SECONDS", 3600),
            patience: seconds("ERASURE_PATIENCE_SECONDS", 3600),
        };
        let deactivated_for = seconds("DEACTIVATED_SECONDS", 30 * 24 * 3600);
        let exports_kept = seconds("EXPORT_SECONDS", 7 * 24 * 3600);
        let mut days = |name, default: u64| Duration::from_hours(24 * reader.or(name, default));
        let retention = Retention {
            backups: days("KEPT_BACKUPS_DAYS", 30),
            past: days("KEPT_PAST_DAYS", 7),
            messages: days("KEPT_MESSAGES_DAYS", 7),
            objects: days("KEPT_OBJECTS_DAYS", 7),
            uploads: days("KEPT_UPLOADS_DAYS", 7),
            logs: days("KEPT_LOGS_DAYS", 30),
            mails: days("KEPT_MAILS_DAYS", 30),
            marks,
        };
        Self {
            holders,
            pace,
            retention,
            deactivated_for,
            exports_kept,
        }
    }
}

/// What proves that it is the owner who leaves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Farewell {
    /// The password.
    #[schema(example = "correct horse battery")]
    password: String,
    /// A code of the authenticator app, or a recovery code, when the account has a second factor.
    #[serde(default)]
    #[schema(example = "492039")]
    otp: Option<String>,
}

impl Auth {
    /// Hides the caller's account until they sign in again, and ends every session. Two writes, and two for each session.
    ///
    /// # Errors
    /// 403 `wrong_password`; 401 `otp_required` or `invalid_otp`; 429.
    pub(crate) async fn deactivate(
        &self,
        caller: &Caller,
        farewell: &Farewell,
        ip: IpAddr,
    ) -> runtime::Result<()> {
        let hide = |stored: Stored<Account>| async move {
            let now = self.now();
            let account = Account {
                deactivated_at: Some(now),
                ..self.with_otp(&stored, farewell.otp.as_deref())?
            };
            let until = Deactivation::new(account.user_id, now + self.deactivated_for);
            let event = AccountDeactivated {
                user_id: account.user_id,
            };
            let commit = self.commit().update(&stored, &account);
            commit.put(DEACTIVATIONS, &until).emit(&event).await
        };
        self.leave(caller, farewell, ip, hide).await?;
        let reason = RevocationReason::AccountDeactivated;
        while self.drop_sessions(caller.user_id, reason).await? > 0 {}
        Ok(())
    }

    /// Deletes the caller's account for good. See [`Auth::delete`].
    ///
    /// # Errors
    /// As [`Auth::deactivate`].
    pub(crate) async fn delete_own(
        &self,
        caller: &Caller,
        farewell: &Farewell,
        ip: IpAddr,
    ) -> runtime::Result<Erasure> {
        let delete = |stored: Stored<Account>| async move {
            self.with_otp(&stored, farewell.otp.as_deref())?;
            self.delete(&stored).await
        };
        self.leave(caller, farewell, ip, delete).await
    }

    /// Deletes an account: nobody can sign in to it from here on, and every function hears that it is to erase what it holds. A write, three deletes
    /// and a message.
    pub(crate) async fn delete(&self, account: &Stored<Account>) -> Result<Erasure> {
        let functions = self.holders.clone();
        let (erasure, event) = Erasure::begun(account.user_id, functions, self.now(), self.pace);
        self.commit()
            .delete(account)
            .remove(EMAILS, &account.email_claim().id)
            .remove(USERNAMES, &account.username_claim().username)
            .create(ERASURES, &erasure)
            .emit(&event)
            .await?;
        self.forget_typed(account).await;
        Ok(erasure)
    }

    /// Forgets what nobody could find by the account's id: failed guesses, kept under hashes of what was typed, and letters that were asked for by address. One
    /// read, and a Redis command for each kind of guess; what stays expires within the hour.
    async fn forget_typed(&self, account: &Account) {
        let letters = LETTERS.query().eq("to", &account.email);
        if let Err(error) = self.cloud.purge(letters).await {
            tracing::warn!(%error, "letters to a deleted account stay until they expire");
        }
        let user = account.user_id.to_string();
        let of_user = ["password", "otp", "verify-email"].map(|what| (what, user.as_str()));
        let typed = [
            ("login", account.email.as_str()),
            ("login", account.username.as_str()),
            ("reset-password", account.email.as_str()),
        ];
        self.throttle.forget(&[of_user, typed].concat()).await;
    }

    /// Does `work` with the caller's account when they prove that it is theirs. Guessing costs time.
    async fn leave<T, F>(
        &self,
        caller: &Caller,
        farewell: &Farewell,
        ip: IpAddr,
        work: impl Fn(Stored<Account>) -> F,
    ) -> runtime::Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let keys = Throttle::keys("password", &caller.user_id.to_string(), ip);
        self.guessing(&keys, async || {
            let account = store::account(self.cloud.documents(), caller.user_id).await?;
            let account =
                account.ok_or_else(|| Refusal::unauthenticated("invalid_token", "the account is gone"))?;
            self.is_password(&account, &farewell.password).await?;
            Ok(self.with_proven(account, work).await?)
        })
        .await
    }
}
