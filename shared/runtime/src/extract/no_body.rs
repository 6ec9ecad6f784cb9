//! No body.

use super::body::parse;
use super::{Buffered, Streamed};
use crate::Error;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contracts::Refusal;
use serde::Deserialize;

/// Nothing in the body, or an empty object: a field that is sent is refused, not ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoBody;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl<S: Send + Sync> FromRequestParts<S> for NoBody {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        if parts.extensions.get::<Streamed>().is_some() {
            return Err(super::unsupported("there is no form to be sent here"));
        }
        match parts.extensions.get::<Buffered>() {
            Some(Buffered(bytes)) => Ok(read(bytes)?),
            None => Err(Error::failed("the request did not pass the app's layers")),
        }
    }
}

fn read(bytes: &[u8]) -> Result<NoBody, Refusal> {
    if !bytes.is_empty() {
        parse::<Nothing>(bytes)?;
    }
    Ok(NoBody)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ignored() {
        assert_eq!(read(b""), Ok(NoBody));
        assert_eq!(read(b" { } "), Ok(NoBody));
        for bad in ["x", "{\"notify\":\"all\"}", "null", "{} {}"] {
            assert!(
                matches!(read(bad.as_bytes()), Err(Refusal::Malformed { .. })),
                "{bad}"
            );
        }
    }
}
