//! `GET /api/tags/{tag}/posts`

use crate::model::SHARDS;
use crate::state::Posts;
use crate::store::Source;
use access::filled;
use axum::extract::State;
use contracts::resources::{Page, Post};
use contracts::{Refusal, tags};
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};

/// Public posts with a hashtag, newest first.
///
/// The tag is named without its `#`, in any case. What is no tag is 404; a tag that nobody used has no posts.
///
/// Reads about twice what is shown, as many more as the viewer may not see, and what showing posts reads.
#[utoipa::path(get, path = "/api/tags/{tag}/posts", tag = "posts", params(PageQuery),
    responses((status = 200, body = Page<Post>)), security((), ("bearer" = [])))]
pub(crate) async fn list_tag_posts(
    viewer: Viewer,
    Path(tag): Path<String>,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Post>>> {
    let viewer = viewer.user_id();
    let tag = tags::named(&tag).ok_or(Refusal::NotFound)?;
    let scope = format!("tag:{tag}");
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let sources: Vec<Source> = (0..SHARDS)
        .map(|shard| Source::Tagged(tag.clone(), shard))
        .collect();
    let (posts, sources) = (&posts, &sources);
    let found = filled(
        after,
        want,
        |after, limit| posts.walk(sources, after, limit),
        |post| post.position(),
        |found| posts.seen_by(viewer, found),
    )
    .await?;
    Ok(Json(posts.page(&page, &scope, found, viewer).await?))
}
