//! `GET /api/videos/{videoId}/reactions`

use crate::state::Videos;
use axum::extract::State;
use contracts::resources::{Page, Reaction, ReactionType};
use contracts::{Subject, VideoId};
use engagement::StoredReaction;
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReactionsQuery {
    /// Only those who reacted so.
    #[param(inline)]
    r#type: Option<ReactionType>,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// Who reacted to a video and how, the latest to come first.
///
/// Narrowed as the reactions to a post, and reads as those.
#[utoipa::path(get, path = "/api/videos/{videoId}/reactions", operation_id = "list_video_reactions", tag = "reactions", params(ReactionsQuery),
    responses((status = 200, body = Page<Reaction>)), security((), ("bearer" = [])))]
pub(crate) async fn list_reactions(
    viewer: Viewer,
    Path(video_id): Path<VideoId>,
    State(videos): State<Videos>,
    Query(query): Query<ReactionsQuery>,
) -> Result<Json<Page<Reaction>>> {
    let kind = query.r#type.map_or("any", ReactionType::as_str);
    let scope = format!("reactions:{video_id}:{kind}");
    let page = PageQuery::new(query.limit, query.cursor);
    let after = page.after(&videos.context, &scope)?;
    let (subject, want) = (Subject::Video(video_id), page.limit()? + 1);
    let found = videos
        .engagement
        .reactions(subject, query.r#type, viewer.user_id(), after, want)
        .await?;
    let page = page.page(&videos.context, &scope, found, |reaction| {
        (reaction.created_at, reaction.user_id)
    })?;
    let reactions: Vec<&StoredReaction> = page.items.iter().map(std::ops::Deref::deref).collect();
    Ok(Json(Page {
        items: videos.engagement.reaction_views(&reactions).await?,
        next_cursor: page.next_cursor,
    }))
}
