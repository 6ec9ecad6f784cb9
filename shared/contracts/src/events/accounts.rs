//! Topic `identity`: accounts that go, and what is held about people.

use crate::{DomainEvent, ErasureId, ExportId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An account was deactivated: its owner and all that is theirs is hidden until it is restored or erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountDeactivated {
    /// Whose account.
    pub user_id: UserId,
}

/// The owner of a deactivated account has signed in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountRestored {
    /// Whose account.
    pub user_id: UserId,
}

/// An account was deleted: every function erases what it holds of its owner, and says so with [`AccountErased`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountDeleted {
    /// Whose account.
    pub user_id: UserId,
    /// What the reports are about: it tells nobody whose account it was.
    pub erasure_id: ErasureId,
    /// 1, then 2: what late events and tokens that were still good brought back in between is erased in the second round.
    pub round: u32,
}

/// A function has erased so much of an account and goes on. Only for itself: its name is the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountErasing {
    /// What it goes on with.
    pub deleted: AccountDeleted,
    /// Which function.
    pub function: String,
    /// How many stints it has made in this round.
    pub stints: u32,
    /// How many of each kind it has erased in this round so far.
    pub counts: BTreeMap<String, u64>,
}

/// A function holds nothing of a deleted account any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountErased {
    /// Which erasure.
    pub erasure_id: ErasureId,
    /// Which round of it.
    pub round: u32,
    /// Which function.
    pub function: String,
    /// How many of each kind it has erased in this round.
    pub counts: BTreeMap<String, u64>,
}

/// Somebody wants everything that is held about them: every function writes its part, and says so with [`ExportPart`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportRequested {
    /// Which export.
    pub export_id: ExportId,
    /// About whom.
    pub user_id: UserId,
}

/// A function has written so much of its part of an export and goes on. Only for itself: its name is the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportWriting {
    /// What it goes on with.
    pub requested: ExportRequested,
    /// Which function.
    pub function: String,
    /// How many stints it has made.
    pub stints: u32,
    /// How many kinds it has written.
    pub kinds: u32,
    /// Of the next kind, the id of the last document that it has written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How many pages it has written.
    pub pages: u32,
}

/// A function has written its part of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportPart {
    /// Which export.
    pub export_id: ExportId,
    /// Which function.
    pub function: String,
}

impl DomainEvent for AccountDeactivated {
    const TYPE: &'static str = "account.deactivated";
    const TOPIC: &'static str = "identity";
}

impl DomainEvent for AccountRestored {
    const TYPE: &'static str = "account.restored";
    const TOPIC: &'static str = "identity";
}

impl DomainEvent for AccountDeleted {
    const TYPE: &'static str = "account.deleted";
    const TOPIC: &'static str = "identity";
}

impl DomainEvent for AccountErasing {
    const TYPE: &'static str = "account.erasing";
    const TOPIC: &'static str = "identity";

    fn subject(&self) -> Option<String> {
        Some(self.function.clone())
    }
}

impl DomainEvent for AccountErased {
    const TYPE: &'static str = "account.erased";
    const TOPIC: &'static str = "identity";
}

impl DomainEvent for ExportRequested {
    const TYPE: &'static str = "export.requested";
    const TOPIC: &'static str = "identity";
}

impl DomainEvent for ExportWriting {
    const TYPE: &'static str = "export.writing";
    const TOPIC: &'static str = "identity";

    fn subject(&self) -> Option<String> {
        Some(self.function.clone())
    }
}

impl DomainEvent for ExportPart {
    const TYPE: &'static str = "export.part";
    const TOPIC: &'static str = "identity";
}
