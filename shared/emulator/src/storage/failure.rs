//! What Cloud Storage refuses with, once for its three dialects: JSON, XML and gRPC.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Value, json};

/// A refusal: what it is, and a sentence about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(super) kind: Kind,
    pub(super) message: String,
    /// Elements that the XML dialect adds, such as the string that should have been signed.
    pub(super) elements: Vec<(&'static str, String)>,
}

/// The kinds of refusals (<https://cloud.google.com/storage/docs/xml-api/reference-status> and `/json_api/v1/status-codes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    AccessDenied,
    BadDigest,
    BucketExists,
    BucketNotEmpty,
    ContentHash,
    EntityTooLarge,
    EntityTooSmall,
    ExpiredToken,
    /// A fault that somebody asked for, with its code.
    Fault(u16),
    /// An object is under a hold.
    Held,
    Internal,
    Invalid,
    InvalidPart,
    InvalidPartOrder,
    InvalidPolicyDocument,
    MalformedSecurityHeader,
    MalformedXml,
    MetadataTooLarge,
    NoSuchBucket,
    NoSuchKey,
    NoSuchUpload,
    NotFound,
    NotImplemented,
    /// A precondition of a read says that the reader has it already.
    NotModified,
    Precondition,
    Range,
    Skewed,
    Signature,
    TooManyComponents,
}

impl Kind {
    /// HTTP status, code of the XML dialect, reason of the JSON dialect.
    fn facts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::AccessDenied => (403, "AccessDenied", "forbidden"),
            Self::BadDigest => (400, "BadDigest", "invalid"),
            Self::BucketExists => (409, "BucketNameUnavailable", "conflict"),
            Self::BucketNotEmpty => (409, "BucketNotEmpty", "conflict"),
            Self::ContentHash => (400, "XGoogContentSHA256Mismatch", "invalid"),
            Self::EntityTooLarge => (400, "EntityTooLarge", "uploadTooLarge"),
            Self::EntityTooSmall => (400, "EntityTooSmall", "invalid"),
            Self::ExpiredToken => (400, "ExpiredToken", "expired"),
            Self::Fault(code) => (code, "ServiceUnavailable", "backendError"),
            Self::Held => (403, "ObjectUnderActiveHold", "objectUnderActiveHold"),
            Self::Internal => (500, "InternalError", "internalError"),
            Self::Invalid => (400, "InvalidArgument", "invalid"),
            Self::InvalidPart => (400, "InvalidPart", "invalid"),
            Self::InvalidPartOrder => (400, "InvalidPartOrder", "invalid"),
            Self::InvalidPolicyDocument => (400, "InvalidPolicyDocument", "invalid"),
            Self::MalformedSecurityHeader => (400, "MalformedSecurityHeader", "invalid"),
            Self::MalformedXml => (400, "MalformedXML", "invalid"),
            Self::MetadataTooLarge => (400, "MetadataTooLarge", "invalid"),
            Self::NoSuchBucket => (404, "NoSuchBucket", "notFound"),
            Self::NoSuchKey => (404, "NoSuchKey", "notFound"),
            Self::NoSuchUpload => (404, "NoSuchUpload", "notFound"),
            Self::NotFound => (404, "ResourceNotFound", "notFound"),
            Self::NotImplemented => (501, "NotImplemented", "notImplemented"),
            Self::NotModified => (304, "NotModified", "notModified"),
            Self::Precondition => (412, "PreconditionFailed", "conditionNotMet"),
            Self::Range => (416, "InvalidRange", "requestedRangeNotSatisfiable"),
            Self::Skewed => (403, "RequestTimeTooSkewed", "forbidden"),
            Self::Signature => (403, "SignatureDoesNotMatch", "forbidden"),
            Self::TooManyComponents => (400, "TooManyComponents", "invalid"),
        }
    }

    /// What the XML dialect says of every refusal of the kind; the sentence itself then stands in `Details`.
    fn general(self) -> Option<&'static str> {
        Some(match self {
            Self::AccessDenied | Self::Signature => "Access denied.",
            Self::ExpiredToken => "The provided token has expired.",
            Self::Invalid => "Invalid argument.",
            Self::MalformedSecurityHeader => "Your request has a malformed header.",
            Self::NoSuchKey => "The specified key does not exist.",
            Self::NoSuchUpload => "The requested upload was not found.",
            Self::Precondition => "At least one of the pre-conditions you specified did not hold.",
            Self::Range => "The requested range cannot be satisfied.",
            Self::InvalidPolicyDocument => {
                "The content of the form does not meet the conditions specified in the policy document."
            }
            _ => return None,
        })
    }
}

impl Failure {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            elements: Vec::new(),
        }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// The refusal with one more element in XML.
    pub(super) fn with(mut self, element: &'static str, text: impl Into<String>) -> Self {
        self.elements.push((element, text.into()));
        self
    }

    /// For what the cloud has and the emulator has not.
    pub(super) fn not_implemented(what: &str) -> Self {
        Self::new(Kind::NotImplemented, format!("the emulator has no {what}"))
    }

    pub(super) fn no_bucket() -> Self {
        Self::new(Kind::NoSuchBucket, "The specified bucket does not exist.")
    }

    pub(super) fn no_object(bucket: &str, name: &str) -> Self {
        Self::new(Kind::NoSuchKey, format!("No such object: {bucket}/{name}"))
    }

    pub(super) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "Cloud Storage failed");
        Self::new(
            Kind::Internal,
            "We encountered an internal error. Please try again.",
        )
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.facts().0).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// `{"error": ...}` as the JSON API has it.
    pub(super) fn json(&self) -> Response {
        if self.kind == Kind::NotModified {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        let status = self.status();
        let reason = self.kind.facts().2;
        let body: Value = json!({"error": {
            "code": status.as_u16(),
            "message": self.message,
            "errors": [{"message": self.message, "domain": "global", "reason": reason}],
            "status": canonical(status),
        }});
        answer(status, "application/json; charset=UTF-8", body.to_string())
    }

    /// The bare sentence, as the JSON API has it where the bytes of an object were asked for.
    pub(super) fn plain(&self) -> Response {
        let sentence = match self.kind {
            Kind::NotModified => return StatusCode::NOT_MODIFIED.into_response(),
            Kind::Range => "Request range not satisfiable",
            _ => &self.message,
        };
        answer(self.status(), "text/html; charset=UTF-8", sentence.to_owned())
    }

    /// `<Error>` as the XML API has it.
    pub(super) fn xml(&self) -> Response {
        if self.kind == Kind::NotModified {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        let mut body = String::from("<?xml version='1.0' encoding='UTF-8'?><Error>");
        let mut add = |name: &str, text: &str| {
            body.extend(["<", name, ">", &escape(text), "</", name, ">"]);
        };
        add("Code", self.kind.facts().1);
        let general = self.kind.general();
        add("Message", general.unwrap_or(&self.message));
        if general.is_some_and(|general| general != self.message) {
            add("Details", &self.message);
        }
        for (name, text) in &self.elements {
            add(name, text);
        }
        body.push_str("</Error>");
        answer(self.status(), "application/xml; charset=UTF-8", body)
    }

    pub(super) fn grpc(&self) -> tonic::Status {
        let code = match self.status().as_u16() {
            400 => tonic::Code::InvalidArgument,
            403 => tonic::Code::PermissionDenied,
            404 => tonic::Code::NotFound,
            409 if self.kind == Kind::BucketExists => tonic::Code::AlreadyExists,
            304 | 409 | 412 => tonic::Code::FailedPrecondition,
            416 => tonic::Code::OutOfRange,
            429 => tonic::Code::ResourceExhausted,
            501 => tonic::Code::Unimplemented,
            503 => tonic::Code::Unavailable,
            _ => tonic::Code::Internal,
        };
        tonic::Status::new(code, self.message.clone())
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}

/// The name of the status in `google.rpc.Code`, which clients map to their error kinds.
fn canonical(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "INVALID_ARGUMENT",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ALREADY_EXISTS",
        412 => "FAILED_PRECONDITION",
        416 => "OUT_OF_RANGE",
        429 => "RESOURCE_EXHAUSTED",
        501 => "UNIMPLEMENTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    }
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// `text` as it may stand in an element.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
