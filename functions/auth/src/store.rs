//! The collections of `auth`.

use crate::model::{
    Account, Code, Deactivation, EmailClaim, Erasure, Export, Identity, Letter, Session, UsernameClaim,
    email_key, fold,
};
use cloud::{Collection, Direction, Documents, Query, Result, Stored};
use contracts::{Refusal, SessionId, Timestamp, UserId};

pub(crate) const ACCOUNTS: Collection<Account> = Collection::new("accounts");
pub(crate) const EMAILS: Collection<EmailClaim> = Collection::new("emails");
pub(crate) const USERNAMES: Collection<UsernameClaim> = Collection::new("usernames");
pub(crate) const SESSIONS: Collection<Session> = Collection::new("sessions");
pub(crate) const CODES: Collection<Code> = Collection::new("codes");
pub(crate) const LETTERS: Collection<Letter> = Collection::new("letters");
pub(crate) const IDENTITIES: Collection<Identity> = Collection::new("identities");
pub(crate) const DEACTIVATIONS: Collection<Deactivation> = Collection::new("deactivations");
pub(crate) const ERASURES: Collection<Erasure> = Collection::new("erasures");
pub(crate) const EXPORTS: Collection<Export> = Collection::new("exports");

/// How many of each kind one sweep takes of a shard.
pub(crate) const DUE: usize = 100;

/// The account with this e-mail address or username. Two reads, also when there is none: the cost tells nobody which it was.
pub(crate) async fn account_of(documents: &Documents, identifier: &str) -> Result<Option<Stored<Account>>> {
    let owner = if identifier.contains('@') {
        documents
            .get(EMAILS, &email_key(identifier))
            .await?
            .map(|claim| claim.user_id)
    } else {
        documents
            .get(USERNAMES, &username_key(identifier))
            .await?
            // a former name is nobody's to sign in with
            .filter(|claim| claim.reserved_until.is_none())
            .map(|claim| claim.user_id)
    };
    let user_id = owner.unwrap_or_else(UserId::random);
    account(documents, user_id).await
}

/// The account with this e-mail address. Two reads when there is one, one when not.
pub(crate) async fn account_with_email(
    documents: &Documents,
    email: &str,
) -> Result<Option<Stored<Account>>> {
    match documents.get(EMAILS, &email_key(email)).await? {
        Some(claim) => account(documents, claim.user_id).await,
        None => Ok(None),
    }
}

/// The export of `user` that is being put together. One read; indexes: the fields' own.
pub(crate) async fn pending_export(documents: &Documents, user: UserId) -> Result<Option<Export>> {
    let pending = EXPORTS.query().eq("userId", user).eq("pending", true).limit(1);
    Ok(documents.query(pending).await?.pop().map(Stored::into_inner))
}

/// One account. One read.
pub(crate) async fn account(documents: &Documents, user_id: UserId) -> Result<Option<Stored<Account>>> {
    documents.get(ACCOUNTS, &user_id).await
}

/// The refusal of a token that is good while its account is gone.
pub(crate) fn gone() -> Refusal {
    Refusal::unauthenticated("invalid_token", "the account is gone")
}

/// One session. One read.
pub(crate) async fn session(documents: &Documents, session_id: SessionId) -> Result<Option<Stored<Session>>> {
    documents.get(SESSIONS, &session_id).await
}

/// The claim on a username. One read.
pub(crate) async fn username_claim(
    documents: &Documents,
    name: &str,
) -> Result<Option<Stored<UsernameClaim>>> {
    documents.get(USERNAMES, &name).await
}

/// The claims on two usernames. Two reads, in one round trip.
pub(crate) async fn username_claims(
    documents: &Documents,
    names: [&str; 2],
) -> Result<[Option<Stored<UsernameClaim>>; 2]> {
    let mut claims = documents.get_all(USERNAMES, &names).await?.into_iter();
    Ok([claims.next().flatten(), claims.next().flatten()])
}

/// Where in a list of sessions one stands.
pub(crate) type Position = (Timestamp, String);

/// The sessions of somebody that were not ended, newest first, expired ones too. One read each; index `sessions(userId, open, createdAt desc)`.
pub(crate) fn open_sessions(user: UserId, after: Option<Position>, limit: usize) -> Query<Session> {
    let open = SESSIONS.query().eq("userId", user).eq("open", true);
    let open = open.order_by("createdAt", Direction::Descending).limit(limit);
    match after {
        Some((created_at, id)) => open.after(created_at, &id),
        None => open,
    }
}

/// Where `session` stands in its list.
pub(crate) fn position(session: &Stored<Session>) -> Position {
    (session.created_at, session.session_id.to_string())
}

/// One code. One read.
pub(crate) async fn code(documents: &Documents, id: &str) -> Result<Option<Stored<Code>>> {
    documents.get(CODES, &id).await
}

/// One letter. One read.
pub(crate) async fn letter(documents: &Documents, id: &str) -> Result<Option<Stored<Letter>>> {
    documents.get(LETTERS, &id).await
}

/// A document's name holds no slash and is not empty; what no username can be names nobody.
fn username_key(identifier: &str) -> String {
    let name = fold(identifier);
    // names that begin otherwise are nobody's, and `__so__` is none that Firestore takes
    let possible = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= 30
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
    if possible { name } else { "-".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_username_is_the_name_of_no_claim() {
        assert_eq!(username_key(" Ann.Lee_2 "), "ann.lee_2");
        // found by Schemathesis: a name that Firestore refuses
        let long = "a".repeat(31);
        for no_name in [
            "", "-", ".", "..", "__main__", "_ann", "1ann", "a/b", "ann lee", "z\u{e9}", &long,
        ] {
            assert_eq!(username_key(no_name), "-", "{no_name}");
        }
    }
}
