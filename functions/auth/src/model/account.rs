//! Accounts, and the claims that make e-mail and username unique.

use super::Totp;
use super::names::email_key;
use cloud::Document;
use contracts::resources::{self, Role};
use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// An account, in `accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    pub(crate) user_id: UserId,
    /// As it was given; compared in lower case.
    pub(crate) email: String,
    pub(crate) username: String,
    pub(crate) display_name: String,
    /// Its owner has had a code there and given it back.
    #[serde(default)]
    pub(crate) email_verified: bool,
    /// A PHC string, or what another system hashed; none for who signs in elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_hash: Option<String>,
    /// The second factor, asked for once it is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) totp: Option<Totp>,
    /// Since when it is hidden; its owner's next sign-in restores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deactivated_at: Option<Timestamp>,
    /// Sessions of another epoch are over.
    #[serde(default)]
    pub(crate) epoch: u32,
    pub(crate) roles: Vec<Role>,
    pub(crate) created_at: Timestamp,
}

/// Whose an e-mail address is, in `emails` under a hash of it: two registrations at once cannot both create it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailClaim {
    pub(crate) id: String,
    pub(crate) user_id: UserId,
}

/// Whose a username is, in `usernames` under the name itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsernameClaim {
    pub(crate) username: String,
    pub(crate) user_id: UserId,
    /// Its owner has another name by now; until then nobody else may take this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reserved_until: Option<Timestamp>,
}

impl UsernameClaim {
    /// Whether `user` may take the name `now`: their own former one, or one that is not reserved any more.
    pub(crate) fn is_free_to(&self, user: UserId, now: Timestamp) -> bool {
        self.reserved_until
            .is_some_and(|until| self.user_id == user || until <= now)
    }

    /// The claim of somebody who has another name now.
    pub(crate) fn reserved(&self, until: Timestamp) -> Self {
        Self {
            reserved_until: Some(until),
            ..self.clone()
        }
    }
}

impl Account {
    /// The claim on its e-mail address.
    pub(crate) fn email_claim(&self) -> EmailClaim {
        EmailClaim {
            id: email_key(&self.email),
            user_id: self.user_id,
        }
    }

    /// The claim on its username.
    pub(crate) fn username_claim(&self) -> UsernameClaim {
        UsernameClaim {
            username: self.username.clone(),
            user_id: self.user_id,
            reserved_until: None,
        }
    }

    /// As its owner sees it.
    pub(crate) fn view(&self) -> resources::Account {
        resources::Account {
            user_id: self.user_id,
            email: self.email.clone(),
            email_verified: self.email_verified,
            username: self.username.clone(),
            display_name: self.display_name.clone(),
            roles: self.roles.clone(),
            mfa_enabled: self.has_second_factor(),
            created_at: self.created_at,
        }
    }

    /// Whether a sign-in needs a code too.
    pub(crate) fn has_second_factor(&self) -> bool {
        self.totp.as_ref().is_some_and(|totp| totp.confirmed_at.is_some())
    }
}

impl Document for Account {
    fn id(&self) -> String {
        self.user_id.to_string()
    }
}

impl Document for EmailClaim {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Document for UsernameClaim {
    fn id(&self) -> String {
        self.username.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_former_name_is_its_owners_until_its_time() {
        let (ann, bob) = (UserId::random(), UserId::random());
        let at = Timestamp::from_millis;
        let claim = UsernameClaim {
            username: "ann".to_owned(),
            user_id: ann,
            reserved_until: None,
        };
        assert!(!claim.is_free_to(ann, at(0)) && !claim.is_free_to(bob, at(0)));
        let former = claim.reserved(at(10));
        assert!(former.is_free_to(ann, at(9)) && !former.is_free_to(bob, at(9)));
        assert!(former.is_free_to(bob, at(10)));
    }
}
