//! `GET /api/moderation/reports`

use crate::reports::{StoredReport, listed};
use crate::state::Posts;
use axum::extract::State;
use contracts::resources::{Page, Report, ReportStatus};
use runtime::{Json, Moderator, PageQuery, Query, Result};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportsQuery {
    /// Those that nobody has looked at yet, or those that somebody has.
    #[serde(default)]
    #[param(inline, default = "open")]
    status: ReportStatus,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// What was reported, the latest first. For moderators; 403 `not_a_moderator` for others.
///
/// Reads at most four times what is shown and one more, and profiles that are not kept.
#[utoipa::path(get, path = "/api/moderation/reports", tag = "moderation", params(ReportsQuery),
    responses((status = 200, body = Page<Report>), (status = 403)), security(("bearer" = [])))]
pub(crate) async fn list_reports(
    _: Moderator,
    State(posts): State<Posts>,
    Query(query): Query<ReportsQuery>,
) -> Result<Json<Page<Report>>> {
    let scope = format!("reports:{:?}", query.status);
    let page = PageQuery::new(query.limit, query.cursor);
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let found = listed(posts.cloud.documents(), query.status, after, want).await?;
    let page = page.page(&posts.context, &scope, found, |report| {
        (report.created_at, report.report_id)
    })?;
    let reports: Vec<&StoredReport> = page.items.iter().map(std::ops::Deref::deref).collect();
    Ok(Json(Page {
        items: posts.report_views(&reports).await?,
        next_cursor: page.next_cursor,
    }))
}
