//! `media`: an upload that was begun, which is its owner's alone; others see media where they are shown.

use super::row::{Row, row, signed_in, told, with};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let upload = json!({ "kind": "image", "contentType": "image/png", "sizeBytes": 1000 });
    vec![
        with("POST /api/media/upload-url", upload, signed_in(201)),
        row("GET /api/media/{mediaId}", told(401, 404, 404, 200)),
        row("DELETE /api/media/{mediaId}", told(401, 404, 404, 204)),
    ]
}
