//! Health: whether the process lives, and whether it takes requests. Paths that end in `z` are Cloud Run's own.

use axum::Router;
use axum::routing::get;

/// `/health/live` and `/health/ready`. Nothing is connected before its first use, so whoever answers is ready.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/health/live", get(|| async { "ok" }))
        .route("/health/ready", get(|| async { "ok" }))
}
