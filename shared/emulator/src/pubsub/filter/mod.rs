//! Subscription filters: the language of <https://cloud.google.com/pubsub/docs/subscription-message-filter>.
//!
//! `attributes:key`, `attributes.key = "v"`, `attributes.key != "v"`, `hasPrefix(attributes.key, "v")`, `NOT` (or `-`), `AND`, `OR`
//! and parentheses; keys may be quoted. `AND` and `OR` mix only with parentheses.

mod parser;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

/// A parsed filter over a message's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// The attribute is there.
    Has(String),
    /// The attribute is there and has this value.
    Equals(String, String),
    /// The attribute is there and starts so.
    HasPrefix(String, String),
    Not(Box<Filter>),
    All(Vec<Filter>),
    Any(Vec<Filter>),
}

/// Where and why a filter cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid filter at position {at}: {reason}")]
pub(crate) struct FilterError {
    at: usize,
    reason: &'static str,
}

impl Filter {
    /// Whether a message with these attributes passes. A `!=` is a negated `=`, so it also passes what lacks the attribute.
    pub(crate) fn matches(&self, attributes: &HashMap<String, String>) -> bool {
        match self {
            Self::Has(key) => attributes.contains_key(key),
            Self::Equals(key, value) => attributes.get(key) == Some(value),
            Self::HasPrefix(key, prefix) => {
                attributes.get(key).is_some_and(|value| value.starts_with(prefix))
            }
            Self::Not(inner) => !inner.matches(attributes),
            Self::All(parts) => parts.iter().all(|part| part.matches(attributes)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(attributes)),
        }
    }
}

impl fmt::Display for Filter {
    /// A text that parses to the same filter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                write!(f, "{}({part})", if index == 0 { "" } else { word })?;
            }
            Ok(())
        };
        match self {
            Self::Has(key) => write!(f, "attributes:{}", quoted(key)),
            Self::Equals(key, value) => write!(f, "attributes.{} = {}", quoted(key), quoted(value)),
            Self::HasPrefix(key, value) => {
                write!(f, "hasPrefix(attributes.{}, {})", quoted(key), quoted(value))
            }
            Self::Not(inner) => write!(f, "NOT ({inner})"),
            Self::All(parts) => join(f, parts, " AND "),
            Self::Any(parts) => join(f, parts, " OR "),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
