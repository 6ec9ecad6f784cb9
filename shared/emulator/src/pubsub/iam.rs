//! `google.iam.v1.IAMPolicy`, which clients ask at the address of Pub/Sub. The emulator knows no permissions: everybody has all.

use crate::grpc::{method, unary_now, unimplemented};
use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::post;
use gcloud_sdk::google::iam::v1::{TestIamPermissionsRequest, TestIamPermissionsResponse};

pub(crate) fn router() -> Router {
    Router::new().route("/google.iam.v1.IAMPolicy/{method}", post(call))
}

async fn call(request: Request) -> Response {
    let name = method(&request);
    match name.as_str() {
        "TestIamPermissions" => {
            let all = |asked: TestIamPermissionsRequest| {
                Ok(TestIamPermissionsResponse {
                    permissions: asked.permissions,
                })
            };
            unary_now(request, all).await
        }
        other => unimplemented("google.iam.v1.IAMPolicy", other),
    }
}
