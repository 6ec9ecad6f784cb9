//! Reports of what should not be there.

use super::ProfileSummary;
use crate::{ReportId, SubjectKind, ThingId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody who reported something keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportReceipt {
    /// The report.
    pub report_id: ReportId,
    /// What kind of thing was reported.
    pub subject: SubjectKind,
    /// Which.
    pub id: ThingId,
    /// Why.
    #[schema(example = "it is an advertisement")]
    pub reason: String,
    /// When.
    pub created_at: Timestamp,
}

/// A report, as moderators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What the reporter keeps.
    #[serde(flatten)]
    pub receipt: ReportReceipt,
    /// Who reported it.
    pub reporter: ProfileSummary,
    /// The thing as it was then: whatever has become of it, and whoever may see it.
    pub snapshot: ReportSnapshot,
    /// Whether somebody has looked at it.
    pub status: ReportStatus,
    /// What they decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
}

/// A thing as it was when it was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportSnapshot {
    /// Whose it is.
    pub author: ProfileSummary,
    /// What it said: a post's or comment's text, a video's title and description, what a person says of themselves.
    #[schema(example = "buy now")]
    pub text: String,
    /// What it showed.
    #[schema(example = json!(["https://media.example.com/7b0f.webp"]))]
    pub media: Vec<String>,
}

/// Whether a report has been looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportStatus {
    /// It has not.
    #[default]
    Open,
    /// It has.
    Resolved,
}

/// What a moderator does about a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportAction {
    /// Nothing: it may stay.
    Dismiss,
    /// Deletes it.
    Remove,
}

/// What a moderator decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resolution {
    /// What they did.
    pub action: ReportAction,
    /// What they noted for other moderators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "an advertisement")]
    pub note: Option<String>,
    /// Who; absent when their account is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderator: Option<ProfileSummary>,
    /// When.
    pub at: Timestamp,
}
