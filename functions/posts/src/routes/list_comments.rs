//! `GET /api/posts/{postId}/comments`

use crate::state::Posts;
use axum::extract::State;
use contracts::resources::{Comment, Page};
use contracts::{PostId, Subject};
use engagement::Sort;
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The order of comments.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    /// The latest first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
}

impl Order {
    /// The order as the engine takes it, and the list's name with it: a cursor is good for one order.
    fn named(self, post_id: PostId) -> (Sort, String) {
        match self {
            Self::Newest => (Sort::Newest, format!("comments:{post_id}:newest")),
            Self::Oldest => (Sort::Oldest, format!("comments:{post_id}:oldest")),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentsQuery {
    /// In which order.
    #[serde(default)]
    #[param(inline, default = "newest")]
    sort: Order,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// The comments right under a post; replies are listed with their comment.
///
/// Reads what is shown and one more, the post, following when that decides, the viewer's reactions, and numbers and profiles when they are not kept.
#[utoipa::path(get, path = "/api/posts/{postId}/comments", tag = "comments", params(CommentsQuery),
    responses((status = 200, body = Page<Comment>)), security((), ("bearer" = [])))]
pub(crate) async fn list_comments(
    viewer: Viewer,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
    Query(query): Query<CommentsQuery>,
) -> Result<Json<Page<Comment>>> {
    let viewer = viewer.user_id();
    let (sort, scope) = query.sort.named(post_id);
    let page = PageQuery::new(query.limit, query.cursor);
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let found = posts
        .engagement
        .comments(Subject::Post(post_id), viewer, sort, after, want)
        .await?;
    Ok(Json(posts.comment_page(&page, &scope, found, viewer).await?))
}
