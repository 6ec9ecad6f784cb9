//! What `auth` holds of somebody: erased with their account, and given to them on request.

use crate::model::{Account, Code, Session};
use crate::state::Auth;
use crate::store::{
    ACCOUNTS, CODES, DEACTIVATIONS, EMAILS, EXPORTS, IDENTITIES, LETTERS, SESSIONS, USERNAMES,
};
use cloud::{Collection, Document};
use contracts::UserId;
use contracts::events::identity::{RevocationReason, SessionRevoked};
use runtime::{EXPORTS as BUCKET, Erased, Export, Holder, Result, Step};
use serde_json::{Value, json};

/// Sessions that one step ends: each tells its connections to close.
const SESSIONS_AT_ONCE: usize = 50;

impl Holder for Auth {
    async fn erase(&self, user: UserId) -> Result<Option<Erased>> {
        let mut step = Step::new(&self.cloud);
        let reason = RevocationReason::AccountDeleted;
        step.work("sessions", async || self.drop_sessions(user, reason).await)
            .await?;
        step.purge("codes", of(CODES, user)).await?;
        step.purge("letters", of(LETTERS, user)).await?;
        step.purge("addresses", of(EMAILS, user)).await?;
        step.purge("usernames", of(USERNAMES, user)).await?;
        step.purge("identities elsewhere", of(IDENTITIES, user)).await?;
        step.purge("deactivations", of(DEACTIVATIONS, user)).await?;
        step.purge("exports", of(EXPORTS, user)).await?;
        step.objects("files of exports", BUCKET, &Export::folder_of(user))
            .await?;
        step.purge("accounts", of(ACCOUNTS, user)).await?;
        let cache = self.cloud.cache();
        step.work("keys of the cache", async || {
            Ok(cache.forget_naming(&user.to_string()).await?)
        })
        .await?;
        Ok(step.done())
    }

    async fn export(&self, user: UserId, export: &mut Export) -> Result<()> {
        export
            .all("account", of(ACCOUNTS, user), |account| shown_account(&account))
            .await?;
        export
            .all("sessions", of(SESSIONS, user), |session| shown_session(&session))
            .await?;
        export
            .all(
                "usernames",
                of(USERNAMES, user),
                |claim| json!({ "username": claim.username }),
            )
            .await?;
        export
            .all("identities", of(IDENTITIES, user), |identity| {
                json!({ "provider": identity.provider, "subject": identity.subject, "createdAt": identity.created_at })
            })
            .await?;
        let letters = of(LETTERS, user);
        export
            .all(
                "letters",
                letters,
                |letter| json!({ "to": letter.to, "dueAt": letter.due_at, "attempts": letter.attempts }),
            )
            .await?;
        export
            .all("codes", of(CODES, user), |code| shown_code(&code))
            .await?;
        export
            .all(
                "letters",
                of(LETTERS, user),
                |letter| json!({ "to": letter.to, "dueAt": letter.due_at, "expiresAt": letter.expire_at }),
            )
            .await?;
        export
            .all("exports", of(EXPORTS, user), |export| export.view(None))
            .await
    }
}

impl Auth {
    /// Deletes some of the sessions of `user`, answers how many, and closes their live connections. A read, a delete, a message and a Redis command each.
    pub(crate) async fn drop_sessions(&self, user: UserId, reason: RevocationReason) -> Result<usize> {
        let some = of(SESSIONS, user).limit(SESSIONS_AT_ONCE);
        let sessions = self.cloud.documents().query(some).await?;
        let mut commit = self.commit();
        for session in &sessions {
            commit = commit.remove(SESSIONS, &session.id());
            if session.revoked_at.is_none() {
                let event = SessionRevoked {
                    user_id: user,
                    session_id: session.session_id,
                    reason,
                };
                commit = commit.emit(&event).end_session(session.session_id);
            }
        }
        if !sessions.is_empty() {
            commit.await?;
        }
        Ok(sessions.len())
    }
}

/// What is `user`'s in a collection; index: the field's own.
fn of<T>(collection: Collection<T>, user: UserId) -> cloud::Query<T> {
    collection.query().eq("userId", user)
}

/// An account without what only the server may know.
fn shown_account(account: &Account) -> Value {
    json!({
        "account": account.view(),
        "hasPassword": account.password_hash.is_some(),
        "deactivatedAt": account.deactivated_at,
    })
}

/// A session without its tokens' hashes.
fn shown_session(session: &Session) -> Value {
    json!({
        "sessionId": session.session_id,
        "deviceName": session.device_name,
        "ip": session.ip,
        "createdAt": session.created_at,
        "expiresAt": session.expire_at,
        "revokedAt": session.revoked_at,
    })
}

/// A code without what its digits are made from.
fn shown_code(code: &Code) -> Value {
    json!({
        "purpose": code.purpose,
        "newEmail": code.about,
        "issuedAt": code.issued_at,
        "expiresAt": code.expire_at,
    })
}
