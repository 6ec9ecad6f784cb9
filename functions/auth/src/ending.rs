//! Ending sessions before their time.

use crate::model::{Account, Session};
use crate::state::Auth;
use crate::store;
use cloud::{Commit, Error, Result, Stored};
use contracts::UserId;
use contracts::events::identity::{RevocationReason, SessionRevoked, SessionsEnded};

/// Sessions that are ended side by side.
const AT_ONCE: usize = 50;

impl Auth {
    /// Ends a session: its tokens are refused from now on, its live connections closed. Two writes, one message, one Redis command.
    ///
    /// # Errors
    /// Contention, when it was used at this moment.
    pub(crate) async fn end(&self, session: &Stored<Session>, reason: RevocationReason) -> Result<()> {
        let event = SessionRevoked {
            user_id: session.user_id,
            session_id: session.session_id,
            reason,
        };
        self.commit()
            .update(session, &session.revoked(self.now()))
            .emit(&event)
            .end_session(session.session_id)
            .await
    }

    /// `commit`, which ends every session of `account` by giving the account another epoch: none of them is refreshed after it, however many
    /// there are and whatever breaks down. What is left, their connections, [`Auth::end_stale`] closes.
    pub(crate) fn ending_all(
        commit: Commit,
        stored: &Stored<Account>,
        changed: Account,
        reason: RevocationReason,
    ) -> Commit {
        let changed = Account {
            epoch: stored.epoch.saturating_add(1),
            ..changed
        };
        commit.update(stored, &changed).emit(&SessionsEnded {
            user_id: stored.user_id,
            reason,
        })
    }

    /// Ends those sessions of `user` one by one that are of another epoch than the account. One read for each open session and one for the account;
    /// for each that ends what [`Auth::end`] costs.
    pub(crate) async fn end_stale(&self, user: UserId, reason: RevocationReason) -> Result<()> {
        let documents = self.cloud.documents();
        let Some(account) = store::account(documents, user).await? else {
            return Ok(());
        };
        let mut after = None;
        loop {
            let page = documents
                .query(store::open_sessions(user, after, AT_ONCE))
                .await?;
            let stale = page.iter().filter(|session| session.epoch != account.epoch);
            for ended in futures::future::join_all(stale.map(|session| self.end_one(session, reason))).await {
                ended?;
            }
            match page.last() {
                Some(last) if page.len() == AT_ONCE => after = Some(store::position(last)),
                _ => return Ok(()),
            }
        }
    }

    /// As [`Auth::end`], however often it is used meanwhile.
    async fn end_one(&self, session: &Stored<Session>, reason: RevocationReason) -> Result<()> {
        match self.end(session, reason).await {
            Err(Error::Contention) => {
                cloud::on_contention(|| async {
                    let now = store::session(self.cloud.documents(), session.session_id).await?;
                    match now.filter(|session| session.open) {
                        Some(session) => self.end(&session, reason).await,
                        None => Ok(()),
                    }
                })
                .await
            }
            ended => ended,
        }
    }

    /// Closes at once what the event would close in a moment. Should it fail, the event does it.
    pub(crate) async fn end_stale_now(&self, user: UserId, reason: RevocationReason) {
        if let Err(error) = self.end_stale(user, reason).await {
            tracing::warn!(%error, "sessions are not all closed yet, their event will");
        }
    }
}
