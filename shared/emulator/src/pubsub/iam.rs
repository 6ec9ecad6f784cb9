//! `google.iam.v1.IAMPolicy`, which clients ask at the address of Pub/Sub: policies are kept and told, and nobody lacks a permission.

use super::Inner;
use super::broker::{Broker, not_found};
use crate::grpc::{method, unary_now, unimplemented};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use gcloud_sdk::google::iam::v1::{
    GetIamPolicyRequest, Policy, SetIamPolicyRequest, TestIamPermissionsRequest, TestIamPermissionsResponse,
};
use std::sync::Arc;
use tonic::Status;

/// The etag of a policy that nobody has set.
const FIRST_ETAG: [u8; 3] = [0, 32, 1];
/// The versions of policies: conditions came with 3.
const CONDITIONS: i32 = 3;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/google.iam.v1.IAMPolicy/{method}", post(call))
        .with_state(inner)
}

async fn call(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let name = method(&request);
    match name.as_str() {
        "GetIamPolicy" => unary_now(request, move |asked| get(&inner, &asked)).await,
        "SetIamPolicy" => unary_now(request, move |asked| set(&inner, asked)).await,
        "TestIamPermissions" => unary_now(request, move |asked| Ok(test(&inner, asked))).await,
        other => unimplemented("google.iam.v1.IAMPolicy", other),
    }
}

/// The policy of a resource.
pub(crate) fn get(inner: &Inner, asked: &GetIamPolicyRequest) -> Result<Policy, Status> {
    inner.step(|broker, store, _| {
        check(broker, &asked.resource)?;
        Ok(store.policy(&asked.resource)?.unwrap_or_else(first))
    })
}

/// Replaces the policy of a resource; one that was read before a change of another is refused.
pub(crate) fn set(inner: &Inner, asked: SetIamPolicyRequest) -> Result<Policy, Status> {
    let given = asked
        .policy
        .ok_or_else(|| Status::invalid_argument("The policy must be set."))?;
    if !given.audit_configs.is_empty() {
        return Err(Status::unimplemented("the emulator has no audit_configs"));
    }
    let conditional = given.bindings.iter().any(|binding| binding.condition.is_some());
    if !matches!(given.version, 0 | 1 | CONDITIONS) || (conditional && given.version != CONDITIONS) {
        return Err(Status::invalid_argument(
            "The version of a policy is 0, 1 or 3, and 3 where a binding has a condition.",
        ));
    }
    inner.step(|broker, store, _| {
        check(broker, &asked.resource)?;
        let old = store.policy(&asked.resource)?.unwrap_or_else(first);
        if !given.etag.is_empty() && given.etag != old.etag {
            return Err(Status::aborted(
                "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
            ));
        }
        let policy = Policy {
            version: given.version.max(1),
            etag: uuid::Uuid::new_v4().as_bytes()[..8].to_vec(),
            ..given
        };
        store.save_policy(&asked.resource, &policy)?;
        Ok(policy)
    })
}

/// Everybody has all permissions on what there is.
pub(crate) fn test(inner: &Inner, asked: TestIamPermissionsRequest) -> TestIamPermissionsResponse {
    let exists = check(&inner.lock(), &asked.resource).is_ok();
    TestIamPermissionsResponse {
        permissions: if exists { asked.permissions } else { Vec::new() },
    }
}

fn first() -> Policy {
    Policy {
        etag: FIRST_ETAG.to_vec(),
        ..Policy::default()
    }
}

fn check(broker: &Broker, resource: &str) -> Result<(), Status> {
    let exists = broker.topics.contains_key(resource)
        || broker.subscriptions.contains_key(resource)
        || broker.snapshots.contains_key(resource);
    if exists { Ok(()) } else { Err(not_found(resource)) }
}
