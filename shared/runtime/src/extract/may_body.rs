//! A JSON body that may be left out.

use super::Buffered;
use super::body::{parse, require_json};
use crate::Error;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// A JSON body that may be left out: then it is the default. The type must refuse unknown fields (`#[serde(deny_unknown_fields)]`).
#[derive(Debug, Clone)]
pub struct MayBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequestParts<S> for MayBody<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        match parts.extensions.get::<Buffered>() {
            Some(Buffered(bytes)) if bytes.is_empty() => Ok(Self(T::default())),
            Some(Buffered(bytes)) => {
                require_json(&parts.headers)?;
                Ok(Self(parse(bytes)?))
            }
            None => Err(Error::failed("the request did not pass the app's layers")),
        }
    }
}
