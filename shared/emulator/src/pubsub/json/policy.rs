//! IAM policies.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gcloud_sdk::google::iam::v1::{AuditConfig, Binding, Policy};
use gcloud_sdk::google::r#type::Expr;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `google.iam.v1.Policy`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct PolicyJson {
    #[serde(skip_serializing_if = "super::is_default")]
    version: i32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bindings: Vec<BindingJson>,
    #[serde(skip_serializing)]
    audit_configs: Vec<Value>,
    etag: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BindingJson {
    role: String,
    members: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<ConditionJson>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ConditionJson {
    expression: String,
    title: String,
    description: String,
    location: String,
}

impl TryFrom<PolicyJson> for Policy {
    type Error = base64::DecodeError;

    fn try_from(json: PolicyJson) -> Result<Self, Self::Error> {
        let condition = |c: ConditionJson| Expr {
            expression: c.expression,
            title: c.title,
            description: c.description,
            location: c.location,
        };
        let binding = |b: BindingJson| Binding {
            role: b.role,
            members: b.members,
            condition: b.condition.map(condition),
        };
        Ok(Self {
            version: json.version,
            bindings: json.bindings.into_iter().map(binding).collect(),
            audit_configs: json
                .audit_configs
                .iter()
                .map(|_| AuditConfig::default())
                .collect(),
            etag: BASE64_STANDARD.decode(&json.etag)?,
        })
    }
}

impl From<Policy> for PolicyJson {
    fn from(policy: Policy) -> Self {
        let condition = |c: Expr| ConditionJson {
            expression: c.expression,
            title: c.title,
            description: c.description,
            location: c.location,
        };
        let binding = |b: Binding| BindingJson {
            role: b.role,
            members: b.members,
            condition: b.condition.map(condition),
        };
        Self {
            version: policy.version,
            bindings: policy.bindings.into_iter().map(binding).collect(),
            audit_configs: Vec::new(),
            etag: BASE64_STANDARD.encode(&policy.etag),
        }
    }
}
