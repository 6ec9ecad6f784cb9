//! Accounts and tokens.

use crate::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an account may do beside its own things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everybody.
    User,
    /// Handles reports.
    Moderator,
    /// Runs the place.
    Admin,
}

/// An account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Whose account.
    pub user_id: UserId,
    /// Where mail goes; compared in lower case.
    #[schema(example = "ann@example.com")]
    pub email: String,
    /// A code that was mailed there has come back.
    pub email_verified: bool,
    /// 3 to 30 of `a-z 0-9 _ .`, starting with a letter.
    #[schema(example = "ann")]
    pub username: String,
    /// The name they registered with; the profile's may have changed since.
    #[schema(example = "Ann")]
    pub display_name: String,
    /// What the account may do.
    pub roles: Vec<Role>,
    /// Signing in needs a code of an authenticator app too.
    pub mfa_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A signed-in device, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The `sid` of its tokens.
    pub session_id: SessionId,
    /// What its owner called it when they signed in.
    #[schema(example = "a phone")]
    pub device_name: Option<String>,
    /// The address it was signed in from.
    #[schema(example = "203.0.113.7")]
    pub ip: String,
    /// When it was signed in.
    pub created_at: Timestamp,
    /// When its tokens were last exchanged: some 15 minutes, the life of an access token, behind its last request.
    pub last_used_at: Timestamp,
    /// When it ends unless it is used again.
    pub expires_at: Timestamp,
    /// It is the one that asks.
    pub current: bool,
}

/// A pair of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// The account they are for.
    pub user: Account,
    /// A JWT for `Authorization: Bearer`.
    #[schema(
        example = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2tpdGguZXhhbXBsZSJ9.c2lnbmF0dXJl"
    )]
    pub access_token: String,
    /// Opaque; each use gives a new pair.
    #[schema(example = "krt_9QmHdUOe3qkUQxkNc8VhZ3o7rJm1b2Yp")]
    pub refresh_token: String,
    /// Seconds until the access token expires.
    #[schema(example = 900)]
    pub expires_in: u64,
}
