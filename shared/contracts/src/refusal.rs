//! Why the domain says no.

use crate::FieldError;
use std::fmt;

/// A rule's refusal: what a plain function of the domain answers instead of doing the thing. The runtime alone knows how it looks in HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The request is malformed: 400.
    Malformed {
        /// Stable code, snake case.
        code: &'static str,
        /// For a person.
        detail: String,
        /// Which fields, when it is about fields.
        errors: Vec<FieldError>,
    },
    /// Nobody, or nobody we believe: 401.
    Unauthenticated {
        /// Stable code, snake case.
        code: &'static str,
        /// For a person.
        detail: String,
    },
    /// Known, but not allowed: 403.
    Denied {
        /// Stable code, snake case.
        code: &'static str,
        /// For a person.
        detail: String,
    },
    /// Absent, or not visible to this caller: 404.
    NotFound,
    /// At odds with what is stored: 409.
    Conflict {
        /// Stable code, snake case.
        code: &'static str,
        /// For a person.
        detail: String,
    },
    /// `If-Match` names another version: 412.
    Stale,
    /// Well-formed, but against rules: 422.
    Invalid(Vec<FieldError>),
    /// Against a rule that is about no single field: 422.
    Unprocessable {
        /// Stable code, snake case.
        code: &'static str,
        /// For a person.
        detail: String,
    },
    /// Too many, try again later: 429.
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Something we need is away: 503.
    Unavailable,
}

impl Refusal {
    /// At odds with what is stored.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            detail: detail.into(),
        }
    }

    /// Known, but not allowed.
    pub fn denied(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Denied {
            code,
            detail: detail.into(),
        }
    }

    /// Malformed as a whole.
    pub fn malformed(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Malformed {
            code,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// Nobody we believe.
    pub fn unauthenticated(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Unauthenticated {
            code,
            detail: detail.into(),
        }
    }

    /// Against a rule that is about no single field.
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Unprocessable {
            code,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { detail, .. }
            | Self::Unauthenticated { detail, .. }
            | Self::Denied { detail, .. }
            | Self::Conflict { detail, .. }
            | Self::Unprocessable { detail, .. } => f.write_str(detail),
            Self::NotFound => f.write_str("there is no such thing, or you may not see it"),
            Self::Stale => f.write_str("the resource has changed since you read it"),
            Self::Invalid(errors) => write!(f, "{} field(s) break a rule", errors.len()),
            Self::TooMany { retry_after } => write!(f, "too many requests, wait {retry_after} s"),
            Self::Unavailable => f.write_str("try again in a moment"),
        }
    }
}

impl std::error::Error for Refusal {}
