//! Problem documents (RFC 9457): how every error looks to a client.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::ToSchema;

/// The body of every answer from 400 on, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` when `code` says it all.
    #[schema(example = "about:blank")]
    pub r#type: Cow<'static, str>,
    /// The kind of problem in a few words.
    #[schema(example = "Unprocessable Content")]
    pub title: Cow<'static, str>,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened, for a person who reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "1 field is wrong")]
    pub detail: Option<String>,
    /// The path that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/auth/register")]
    pub instance: Option<String>,
    /// The kind of problem for programs: stable, in snake case.
    #[schema(example = "invalid")]
    pub code: Cow<'static, str>,
    /// What is wrong with single fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The trace to name when asking for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "0af7651916cd43dd8448eb211c80319c")]
    pub trace_id: Option<String>,
}

/// What is wrong with one field of a body, or one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// A JSON pointer (RFC 6901) into the body, or `?name` for a query parameter.
    #[schema(example = "/email")]
    pub pointer: String,
    /// The rule that was broken: stable, in snake case.
    #[schema(example = "too_long")]
    pub code: Cow<'static, str>,
    /// The rule in words.
    #[schema(example = "at most 50 characters")]
    pub message: String,
}

impl FieldError {
    /// A broken rule `code` at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: Cow::Borrowed(code),
            message: message.into(),
        }
    }
}
