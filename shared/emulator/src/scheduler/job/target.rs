//! The target of a job: the call it makes.

use super::fields::Method;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use tonic::Status;

/// Where and how a job calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct HttpTarget {
    pub(crate) uri: String,
    pub(crate) http_method: Method,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    /// Base64.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) oidc_token: Option<Oidc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) oauth_token: Option<Value>,
}

/// The service account that a call is made as.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Oidc {
    pub(crate) service_account_email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) audience: String,
}

impl HttpTarget {
    pub(super) fn check(&self) -> Result<(), Status> {
        if !reqwest::Url::parse(&self.uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Status::invalid_argument(format!(
                "HttpTarget.uri {:?} is no HTTP address.",
                self.uri
            )));
        }
        if BASE64_STANDARD.decode(&self.body).is_err() {
            return Err(Status::invalid_argument("HttpTarget.body is no base64."));
        }
        if !self.body.is_empty() && !matches!(self.http_method.0.as_str(), "POST" | "PUT" | "PATCH") {
            return Err(Status::invalid_argument(
                "HttpTarget.body goes with POST, PUT and PATCH only.",
            ));
        }
        Ok(())
    }
}
