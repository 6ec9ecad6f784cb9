//! Everything that is held about somebody, put together for them.

use crate::{ExportId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportState {
    /// It is being put together.
    Pending,
    /// It can be downloaded.
    Ready,
}

/// An export as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// Its id.
    pub export_id: ExportId,
    /// How far it is.
    pub state: ExportState,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
    /// Where the ZIP of JSON files is, signed for a quarter of an hour; each reading of this resource signs anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://storage.googleapis.com/kith-exports/...")]
    pub url: Option<String>,
}
