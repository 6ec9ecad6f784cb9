//! `GET /api/videos/{videoId}/comments`

use crate::state::Videos;
use axum::extract::State;
use contracts::resources::{Comment, Page};
use contracts::{Subject, VideoId};
use engagement::Sort;
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentsQuery {
    /// In which order.
    #[serde(default)]
    #[param(inline, default = "newest")]
    sort: Sort,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// The comments right under a video; replies are listed with their comment.
///
/// Sorted and narrowed as the comments of a post, and reads as those.
#[utoipa::path(get, path = "/api/videos/{videoId}/comments", operation_id = "list_video_comments", tag = "comments", params(CommentsQuery),
    responses((status = 200, body = Page<Comment>)), security((), ("bearer" = [])))]
pub(crate) async fn list_comments(
    viewer: Viewer,
    Path(video_id): Path<VideoId>,
    State(videos): State<Videos>,
    Query(query): Query<CommentsQuery>,
) -> Result<Json<Page<Comment>>> {
    let viewer = viewer.user_id();
    let scope = format!("comments:{video_id}:{}", query.sort);
    let page = PageQuery::new(query.limit, query.cursor);
    let after = page.after(&videos.context, &scope)?;
    let want = page.limit()? + 1;
    let found = videos
        .engagement
        .comments(Subject::Video(video_id), viewer, query.sort, after, want)
        .await?;
    let page = page.page(&videos.context, &scope, found, |listed| listed.position)?;
    Ok(Json(videos.engagement.comment_page(page, viewer).await?))
}
