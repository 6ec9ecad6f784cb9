//! `GET /api/users/{userId}/posts`

use crate::model::{Position, StoredPost};
use crate::state::Posts;
use crate::store::{self, Source};
use access::{Standing, filled};
use axum::extract::State;
use cloud::Stored;
use contracts::resources::{Page, Post};
use contracts::{PostId, Refusal, UserId};
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};
use serde::{Deserialize, Serialize};

/// Where a page ends.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// The last of the posts that stand by their time; none when there was only the pinned one.
    after: Option<Position>,
    /// The pinned post that the first page showed: it does not come again, whatever is pinned by now.
    pinned: Option<PostId>,
}

/// What somebody posted and the viewer may see: the pinned post, then all others, newest first.
///
/// Reads what is shown and one more, the pinned post, the viewer's reactions and bookmarks, what posts share, and how the viewer stands to them, numbers
/// and profiles when they are not kept.
#[utoipa::path(get, path = "/api/users/{userId}/posts", tag = "posts", params(PageQuery),
    responses((status = 200, body = Page<Post>)), security((), ("bearer" = [])))]
pub(crate) async fn list_user_posts(
    viewer: Viewer,
    Path(user_id): Path<UserId>,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Post>>> {
    let viewer = viewer.user_id();
    let scope = viewer.map_or_else(
        || format!("posts:{user_id}"),
        |viewer| format!("posts:{user_id}:{viewer}"),
    );
    let place: Option<Place> = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let standing = posts.access.standing(user_id, viewer).await?;
    if standing.absent() {
        return Err(Refusal::NotFound.into());
    }
    let (found, pinned) = find(&posts, user_id, standing, place, want).await?;
    // whoever never posted may be nobody
    if found.is_empty() && !standing.is_author() && !posts.access.is_known(user_id).await? {
        return Err(Refusal::NotFound.into());
    }
    let page = page.page(&posts.context, &scope, found, |post| Place {
        after: (Some(post.post_id) != pinned).then(|| post.position()),
        pinned,
    })?;
    let shown: Vec<&StoredPost> = page.items.iter().map(std::ops::Deref::deref).collect();
    Ok(Json(Page {
        items: posts.views(&shown, viewer).await?,
        next_cursor: page.next_cursor,
    }))
}

/// `want` posts after a place, and which one is pinned for as long as the list is walked.
async fn find(
    posts: &Posts,
    user: UserId,
    standing: Standing,
    place: Option<Place>,
    want: usize,
) -> cloud::Result<(Vec<Stored<StoredPost>>, Option<PostId>)> {
    let first_page = place.is_none();
    let place = place.unwrap_or_default();
    let mut found = Vec::new();
    if first_page {
        let pinned = posts.cloud.documents().query(store::pinned(user)).await?;
        found.extend(
            pinned
                .into_iter()
                .filter(|post| standing.may_see(post.visibility)),
        );
    }
    let pinned = found
        .first()
        .map(|post: &Stored<StoredPost>| post.post_id)
        .or(place.pinned);
    let Some(reach) = standing.reach() else {
        return Ok((found, pinned));
    };
    let sources = [Source::Author(user, reach)];
    let by_time = filled(
        place.after,
        want - found.len(),
        |after, limit| posts.walk(&sources, after, limit),
        |post| post.position(),
        |mut list| {
            list.retain(|post| Some(post.post_id) != pinned);
            std::future::ready(Ok(list))
        },
    )
    .await?;
    found.extend(by_time);
    Ok((found, pinned))
}
