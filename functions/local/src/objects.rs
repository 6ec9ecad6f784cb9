//! Cloud Storage on the public port: exactly the buckets that exist, so that nothing else is taken from the functions.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use emulator::Emulator;
use tower::ServiceExt;

/// `router`, and objects at `/{bucket}/...`.
pub fn with_objects(router: Router, emulator: Emulator) -> Router {
    let objects = emulator.objects_router();
    router.layer(from_fn_with_state((emulator, objects), dispatch))
}

async fn dispatch(
    State((emulator, objects)): State<(Emulator, Router)>,
    request: Request,
    next: Next,
) -> Response {
    let bucket = request.uri().path().split('/').nth(1).unwrap_or_default();
    if !emulator.has_bucket(bucket) {
        return next.run(request).await;
    }
    objects
        .oneshot(request)
        .await
        .unwrap_or_else(|never| match never {})
}
