//! What is told of an account's erasure.

use crate::{ErasureId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How far an erasure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErasureState {
    /// Not every function has reported twice.
    Erasing,
    /// No live store holds anything of the account.
    Erased,
}

/// What was erased where, and what remains until when. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasureReport {
    /// Its id, which whoever deletes their account is told: nobody can guess it.
    pub erasure_id: ErasureId,
    /// How far it is.
    pub state: ErasureState,
    /// When the account was deleted.
    pub requested_at: Timestamp,
    /// When the last function reported for the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// What was erased, by function.
    pub erased: Vec<ErasedPart>,
    /// What nobody can erase at once, and until when it is there at most.
    pub remains: Vec<Remaining>,
}

/// What one function has erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasedPart {
    /// Which.
    #[schema(example = "posts")]
    pub function: String,
    /// How many of each kind.
    #[schema(example = json!({ "posts": 12 }))]
    pub counts: BTreeMap<String, u64>,
}

/// What remains for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Remaining {
    /// What.
    #[schema(example = "backups of the database")]
    pub what: String,
    /// Until when at most.
    pub until: Timestamp,
}
