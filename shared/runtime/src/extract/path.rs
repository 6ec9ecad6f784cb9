//! What stands in the path.

use crate::Error;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contracts::Refusal;
use serde::de::DeserializeOwned;

/// A part of the path. What is no id names nothing: 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    #[expect(clippy::disallowed_types, reason = "this is what wraps it")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Refusal::NotFound.into())
    }
}
