//! `videos`: one that is not ready, which is its owner's alone.

use super::row::{Row, row, signed_in, told, with};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let upload = || json!({ "contentType": "video/mp4", "sizeBytes": 1000 });
    let (text, like) = (json!({ "text": "words" }), json!({ "type": "like" }));
    let complete = json!({ "videoId": "{videoId}", "title": "Waves" });
    vec![
        with("POST /api/videos/upload-url", upload(), signed_in(201)),
        with("POST /api/videos/shorts/upload-url", upload(), signed_in(201)),
        with("POST /api/videos", complete, told(401, 404, 404, 201)),
        row("GET /api/videos/{videoId}", told(404, 404, 404, 200)),
        row("GET /api/videos/{videoId}/stream", told(404, 404, 404, 409)),
        with(
            "POST /api/videos/{videoId}/comments",
            text,
            told(401, 404, 404, 201),
        ),
        row("GET /api/videos/{videoId}/comments", told(404, 404, 404, 200)),
        with(
            "POST /api/videos/{videoId}/reactions",
            like,
            told(401, 404, 404, 201),
        ),
        row("DELETE /api/videos/{videoId}/reactions", told(401, 404, 404, 204)),
        row("GET /api/videos/{videoId}/reactions", told(404, 404, 404, 200)),
    ]
}
