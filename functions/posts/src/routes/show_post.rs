//! `GET /api/posts/{postId}`

use crate::state::Posts;
use axum::extract::State;
use contracts::PostId;
use contracts::resources::Post;
use runtime::{Path, Result, Tagged, Viewer};

/// One post.
///
/// A read, the viewer's reaction, following when that decides, and number and profile when they are not kept.
#[utoipa::path(get, path = "/api/posts/{postId}", tag = "posts",
    responses((status = 200, body = Post)), security((), ("bearer" = [])))]
pub(crate) async fn show_post(
    viewer: Viewer,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
) -> Result<Tagged<Post>> {
    let post = posts.visible(post_id, viewer.user_id()).await?;
    let view = posts.view(&post, viewer.user_id()).await?;
    Ok(Tagged(post.version, view))
}
