//! `posts`: a post that is for followers, and what stands under it.

use super::row::{ALL, FOLLOWERS, PUBLIC, Row, SIGNED_IN, row, signed_in, told, with};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let text = || json!({ "text": "words" });
    let like = || json!({ "type": "like" });
    vec![
        with("POST /api/posts", text(), signed_in(201)),
        row("GET /api/posts/{postId}", FOLLOWERS),
        with("PUT /api/posts/{postId}", text(), told(401, 404, 403, 200)),
        row("DELETE /api/posts/{postId}", told(401, 404, 403, 204)),
        row("GET /api/posts/{postId}/history", FOLLOWERS),
        // what is for followers is shared by nobody
        with("POST /api/posts/{postId}/share", text(), told(401, 404, 422, 422)),
        row("PUT /api/posts/{postId}/bookmark", told(401, 404, 204, 204)),
        row("DELETE /api/posts/{postId}/bookmark", told(401, 404, 204, 204)),
        row("GET /api/bookmarks", SIGNED_IN),
        row("PUT /api/posts/{postId}/pin", told(401, 404, 403, 204)),
        row("DELETE /api/posts/{postId}/pin", told(401, 404, 403, 204)),
        row("GET /api/tags/{tag}/posts", ALL),
        row("GET /api/tags/trending", ALL),
        row("GET /api/feed", SIGNED_IN),
        row("GET /api/users/{userId}/posts", PUBLIC),
        with(
            "POST /api/posts/{postId}/comments",
            text(),
            told(401, 404, 201, 201),
        ),
        row("GET /api/posts/{postId}/comments", FOLLOWERS),
        row("GET /api/comments/{commentId}", FOLLOWERS),
        with("PUT /api/comments/{commentId}", text(), told(401, 404, 403, 200)),
        row("DELETE /api/comments/{commentId}", told(401, 404, 403, 204)),
        row("GET /api/comments/{commentId}/replies", FOLLOWERS),
        with(
            "POST /api/posts/{postId}/reactions",
            like(),
            told(401, 404, 201, 201),
        ),
        row("DELETE /api/posts/{postId}/reactions", told(401, 404, 204, 204)),
        row("GET /api/posts/{postId}/reactions", FOLLOWERS),
        with(
            "POST /api/comments/{commentId}/reactions",
            like(),
            told(401, 404, 201, 201),
        ),
        row(
            "DELETE /api/comments/{commentId}/reactions",
            told(401, 404, 204, 204),
        ),
        row("GET /api/comments/{commentId}/reactions", FOLLOWERS),
    ]
}
