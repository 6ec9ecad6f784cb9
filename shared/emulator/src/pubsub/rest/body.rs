//! Reading what a request says.

use crate::rest::RestError;
use axum::body::Bytes;
use serde::de::DeserializeOwned;
use tonic::Status;

/// Reads a body; none is an empty object.
pub(super) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, RestError> {
    let text = if body.is_empty() { b"{}" } else { &body[..] };
    serde_json::from_slice(text).map_err(|error| {
        RestError(Status::invalid_argument(format!(
            "Invalid JSON payload received. {error}"
        )))
    })
}

/// The name in the path; one in the body too must be the same.
pub(super) fn named(project: &str, collection: &str, id: &str, in_body: &str) -> Result<String, RestError> {
    let name = format!("projects/{project}/{collection}/{id}");
    if in_body.is_empty() || in_body == name {
        return Ok(name);
    }
    Err(RestError(Status::invalid_argument(
        "The name in the body is not the one in the path.",
    )))
}

/// The fields of an update mask, which JSON writes as one text in camelCase.
pub(super) fn paths(mask: &str) -> Vec<String> {
    let snake = |path: &str| {
        path.chars().fold(String::new(), |mut text, c| {
            if c.is_ascii_uppercase() {
                text.push('_');
            }
            text.push(c.to_ascii_lowercase());
            text
        })
    };
    mask.split(',')
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(snake)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_name_fields_as_the_protocol_does() {
        assert_eq!(
            paths("ackDeadlineSeconds, pushConfig"),
            ["ack_deadline_seconds", "push_config"]
        );
        assert_eq!(paths("labels"), ["labels"]);
        assert!(paths("").is_empty());
    }
}
