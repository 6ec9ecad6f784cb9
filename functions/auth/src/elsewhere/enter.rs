//! What somebody finds who comes with an identity from elsewhere: their account, one that becomes linked, or a new one.

use super::names::derived;
use crate::model::{Account, Identity, check_email};
use crate::signing_in::SignIn;
use crate::state::Auth;
use crate::store::{self, ACCOUNTS, EMAILS, IDENTITIES, USERNAMES};
use cloud::{Error, Stored};
use contracts::events::identity::UserRegistered;
use contracts::resources::{Role, Tokens};
use contracts::{Check, Refusal, UserId};
use runtime::Result;
use runtime::token::Identity as Proof;

/// How many derived usernames are tried.
const ATTEMPTS: u32 = 6;

/// Somebody with a proof of who they are elsewhere.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    /// The issuer, as the configuration calls it.
    pub(crate) provider: &'a str,
    /// What it says.
    pub(crate) proof: Proof,
    /// The username they want, should they be new.
    pub(crate) username: Option<String>,
}

/// An account, and whether it was made just now.
type Found = (Stored<Account>, bool);

impl Auth {
    /// Signs in whoever arrives; answers whether their account is new. Two reads and a write for somebody known, besides what a sign-in costs; four reads
    /// and four writes more for a new account.
    ///
    /// # Errors
    /// 409 `email_taken` when there is an account with the address and not both sides have verified it, `username_taken`; 422 `email_required`.
    pub(crate) async fn arrive(&self, arrival: &Arrival<'_>, how: &SignIn) -> Result<(bool, Tokens)> {
        let (account, new) = cloud::on_contention(|| self.find_or_make(arrival)).await?;
        Ok((new, self.sign_in(account, how).await?))
    }

    async fn find_or_make(&self, arrival: &Arrival<'_>) -> cloud::Result<Found> {
        let documents = self.cloud.documents();
        let key = Identity::key(arrival.provider, &arrival.proof.subject);
        if let Some(identity) = documents.get(IDENTITIES, &key).await? {
            let account = store::account(documents, identity.user_id).await?;
            let gone = || Refusal::unauthenticated("invalid_credentials", "the account is gone");
            return Ok((account.ok_or_else(gone)?, false));
        }
        let Some(email) = &arrival.proof.email else {
            let detail = "the ID token names no e-mail address, which a first sign-in needs";
            return Err(Refusal::unprocessable("email_required", detail).into());
        };
        match store::account_with_email(documents, email).await? {
            Some(account) => self.link(arrival, account).await,
            None => self.make(arrival, email).await,
        }
    }

    /// Only what both sides have verified is proof: else whoever registers somebody's address first would own their account, or an issuer that verifies
    /// nothing would open every account.
    async fn link(&self, arrival: &Arrival<'_>, account: Stored<Account>) -> cloud::Result<Found> {
        if !(account.email_verified && arrival.proof.email_verified) {
            let detail =
                "there is an account with this e-mail address; sign in to it and verify the address first";
            return Err(Refusal::conflict("email_taken", detail).into());
        }
        let identity = self.identity(arrival, account.user_id);
        self.commit().save(IDENTITIES, None, &identity).await?;
        Ok((account, false))
    }

    async fn make(&self, arrival: &Arrival<'_>, email: &str) -> cloud::Result<Found> {
        let mut check = Check::new();
        let email = check_email(&mut check, email);
        check.done()?;
        let account = self.account_of(arrival, email).await?;
        let event = UserRegistered {
            user_id: account.user_id,
            username: account.username.clone(),
            display_name: account.display_name.clone(),
        };
        let commit = self
            .commit()
            .save(IDENTITIES, None, &self.identity(arrival, account.user_id))
            .save(EMAILS, None, &account.email_claim())
            .create(USERNAMES, &account.username_claim());
        let taken = Refusal::conflict("username_taken", "there is an account with this username");
        let commit = commit.otherwise(taken).create(ACCOUNTS, &account).emit(&event);
        match commit.await {
            // a derived name is not what they asked for: another one then
            Err(Error::Refused(Refusal::Conflict { .. })) if arrival.username.is_none() => {
                return Err(Error::Contention);
            }
            outcome => outcome?,
        }
        let stored = store::account(self.cloud.documents(), account.user_id).await?;
        Ok((stored.ok_or(Refusal::NotFound)?, true))
    }

    async fn account_of(&self, arrival: &Arrival<'_>, email: String) -> cloud::Result<Account> {
        let proof = &arrival.proof;
        let username = match &arrival.username {
            Some(wanted) => wanted.clone(),
            None => self.free_username(proof).await?,
        };
        let mut check = Check::new();
        let name = check.text("/name", proof.name.as_deref().unwrap_or_default(), 1..=50);
        let display_name = if check.done().is_ok() {
            name
        } else {
            username.clone()
        };
        Ok(Account {
            user_id: UserId::random(),
            email,
            email_verified: proof.email_verified,
            username,
            display_name,
            password_hash: None,
            totp: None,
            epoch: 0,
            deactivated_at: None,
            roles: vec![Role::User],
            created_at: self.now(),
        })
    }

    /// A derived username that nobody has at this moment.
    async fn free_username(&self, proof: &Proof) -> cloud::Result<String> {
        for attempt in 0..ATTEMPTS {
            let (random, ..) = uuid::Uuid::new_v4().as_fields();
            let name = derived(proof.email.as_deref(), proof.name.as_deref(), attempt, random);
            if self.cloud.documents().get(USERNAMES, &name).await?.is_none() {
                return Ok(name);
            }
        }
        Err(Error::Contention)
    }

    fn identity(&self, arrival: &Arrival<'_>, user: UserId) -> Identity {
        Identity::new(arrival.provider, &arrival.proof.subject, user, self.now())
    }
}
