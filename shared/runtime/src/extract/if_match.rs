//! `If-Match`: change it only if it is still what I read.

use crate::Error;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use contracts::{Refusal, Version};

/// The versions that the client would change; any when the header is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// # Errors
    /// [`Refusal::Stale`] when the client means another version.
    pub fn allows(&self, version: Version) -> Result<(), Refusal> {
        let tag = version.to_string();
        let meant = self
            .0
            .as_ref()
            .is_none_or(|tags| tags.iter().any(|t| *t == "*" || *t == tag));
        if meant { Ok(()) } else { Err(Refusal::Stale) }
    }

    fn parse(header: &str) -> Self {
        Self(Some(header.split(',').map(|tag| tag.trim().to_owned()).collect()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let header = parts.headers.get(header::IF_MATCH);
        Ok(header.map_or_else(Self::default, |value| {
            Self::parse(value.to_str().unwrap_or_default())
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_meant_is_changed() {
        let version = Version::FIRST.next();
        for good in ["\"2\"", "*", "\"1\", \"2\""] {
            assert!(IfMatch::parse(good).allows(version).is_ok(), "{good}");
        }
        assert!(IfMatch::default().allows(version).is_ok());
        for bad in ["\"1\"", "2", "W/\"2\"", ""] {
            assert_eq!(IfMatch::parse(bad).allows(version), Err(Refusal::Stale), "{bad}");
        }
    }
}
