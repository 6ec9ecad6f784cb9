//! `POST /api/moderation/reports/{reportId}/resolve`

use crate::reports::Decision;
use crate::state::{Posts, author};
use axum::extract::State;
use contracts::resources::{Report, ReportAction};
use contracts::{Refusal, ReportId};
use runtime::{Body, Json, Moderator, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a moderator decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewDecision {
    /// Whether it may stay.
    action: ReportAction,
    /// For other moderators, up to 1,000 characters.
    #[schema(example = "the third time")]
    note: Option<String>,
}

/// Decide about a report, and with it about the other open reports of the same thing.
///
/// `remove` deletes a post or comment as its author would; 422 `not_removable` for people and videos. Who decided is kept. The same decision again answers as
/// the first; another one is 409 `already_resolved`. For moderators; 403 `not_a_moderator` for others.
///
/// Two reads and a write, and one of each for every other report, a hundred at most; what is removed costs what its deletion costs.
#[utoipa::path(post, path = "/api/moderation/reports/{reportId}/resolve", tag = "moderation", request_body = NewDecision,
    responses((status = 200, body = Report), (status = 403), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn resolve_report(
    Moderator(caller): Moderator,
    Path(report_id): Path<ReportId>,
    State(posts): State<Posts>,
    Body(new): Body<NewDecision>,
) -> Result<Json<Report>> {
    let decision = Decision::check(new.action, new.note.as_deref(), author(&caller))?;
    let report = posts.resolve(report_id, &decision).await?;
    let mut views = posts.report_views(&[&report]).await?;
    Ok(Json(views.pop().ok_or(Refusal::NotFound)?))
}
