//! Topic `identity`: accounts and sessions.

use crate::{DomainEvent, SessionId, UserId};
use serde::{Deserialize, Serialize};

/// An account was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRegistered {
    /// Whose account.
    pub user_id: UserId,
    /// The name they chose.
    pub username: String,
    /// The name they are shown by.
    pub display_name: String,
}

impl DomainEvent for UserRegistered {
    const TYPE: &'static str = "user.registered";
    const TOPIC: &'static str = "identity";
}

/// Somebody has another username. Of several, the event with the latest time holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsernameChanged {
    /// Whose name.
    pub user_id: UserId,
    /// The new one.
    pub username: String,
}

impl DomainEvent for UsernameChanged {
    const TYPE: &'static str = "username.changed";
    const TOPIC: &'static str = "identity";
}

/// A session ended before its time: a logout, or a stolen refresh token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionRevoked {
    /// Whose session.
    pub user_id: UserId,
    /// Which session.
    pub session_id: SessionId,
    /// Why.
    pub reason: RevocationReason,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The person logged out.
    Logout,
    /// The account is hidden until the person signs in again.
    AccountDeactivated,
    /// The account is deleted.
    AccountDeleted,
    /// The person logged out everywhere.
    LogoutAll,
    /// The person ended it from another device.
    Revoked,
    /// The password is another one.
    PasswordChanged,
    /// A refresh token was used after its successor: somebody else has a copy.
    RefreshTokenReused,
}

impl DomainEvent for SessionRevoked {
    const TYPE: &'static str = "session.revoked";
    const TOPIC: &'static str = "identity";
}

/// All sessions of somebody are over but those that began after this. `auth` says it to itself, and ends them one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionsEnded {
    /// Whose sessions.
    pub user_id: UserId,
    /// Why.
    pub reason: RevocationReason,
}

impl DomainEvent for SessionsEnded {
    const TYPE: &'static str = "sessions.ended";
    const TOPIC: &'static str = "identity";
}

/// A letter waits to be sent. Of no interest but to `auth`; names no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailDue {
    /// Which.
    pub letter_id: String,
}

impl DomainEvent for MailDue {
    const TYPE: &'static str = "mail.due";
    const TOPIC: &'static str = "identity";
}
