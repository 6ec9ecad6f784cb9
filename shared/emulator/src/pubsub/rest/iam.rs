//! Policies of any resource: `:getIamPolicy`, `:setIamPolicy`, `:testIamPermissions`.

use super::body::read;
use super::{Answer, refuse};
use crate::pubsub::json::PolicyJson;
use crate::pubsub::{Inner, iam};
use axum::Json;
use axum::body::Bytes;
use gcloud_sdk::google::iam::v1::{
    GetIamPolicyRequest, Policy, SetIamPolicyRequest, TestIamPermissionsRequest,
};
use serde::Deserialize;
use serde_json::json;
use tonic::Status;

/// The resource whose policy is asked for, where that is what is asked for.
pub(super) fn asks_for_policy(name: &str) -> Option<String> {
    name.strip_suffix(":getIamPolicy").map(str::to_owned)
}

pub(super) fn get(inner: &Inner, resource: String) -> Answer {
    let options = None;
    let policy = iam::get(inner, &GetIamPolicyRequest { resource, options })?;
    Ok(Json(json!(PolicyJson::from(policy))))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Set {
    policy: PolicyJson,
    /// Bindings and etag are all that there is of a policy here.
    #[serde(default, rename = "updateMask")]
    _update_mask: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    permissions: Vec<String>,
}

pub(super) fn post(inner: &Inner, resource: String, verb: &str, body: &Bytes) -> Answer {
    match verb {
        "setIamPolicy" => {
            let set: Set = read(body)?;
            let policy = Policy::try_from(set.policy)
                .map_err(|error| Status::invalid_argument(format!("etag is no base64: {error}")))?;
            let asked = SetIamPolicyRequest {
                resource,
                policy: Some(policy),
                update_mask: None,
            };
            Ok(Json(json!(PolicyJson::from(iam::set(inner, asked)?))))
        }
        "testIamPermissions" => {
            let Test { permissions } = read(body)?;
            let answer = iam::test(
                inner,
                TestIamPermissionsRequest {
                    resource,
                    permissions,
                },
            );
            Ok(Json(json!({"permissions": answer.permissions})))
        }
        other => Err(refuse(&format!("POST ID:{other}"))),
    }
}
