//! Forms with files: read part by part as they arrive, never held as a whole.

use super::Body;
use crate::Error;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use contracts::Refusal;
use multer::{Constraints, Multipart, SizeLimit};
use serde::de::DeserializeOwned;

/// The longest text of a part that is no file, in bytes: 5,000 characters of four bytes, and JSON around lists.
const LONGEST_TEXT: usize = 64 * 1024;

/// The body is left for the handler to read: at most so many bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Streamed {
    pub(crate) limit: u64,
}

/// Whether the body is a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// JSON, or a form: what the content type says.
#[derive(Debug)]
pub enum BodyOrForm<T> {
    /// JSON.
    Body(T),
    /// A form.
    Form(Form),
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for BodyOrForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if is_form(request.headers()) {
            Form::from_request(request, state).await.map(Self::Form)
        } else {
            let Body(body) = Body::from_request(request, state).await?;
            Ok(Self::Body(body))
        }
    }
}

/// A body of `multipart/form-data` (RFC 7578), part by part.
#[derive(Debug)]
pub struct Form {
    parts: Multipart<'static>,
    limit: u64,
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let Some(Streamed { limit }) = request.extensions().get().copied() else {
            return Err(super::unsupported("the body must be multipart/form-data"));
        };
        let boundary = multer::parse_boundary(kind)
            .map_err(|_| Refusal::malformed("malformed_form", "the content type names no boundary"))?;
        let size = SizeLimit::new().whole_stream(limit);
        let constraints = Constraints::new().size_limit(size);
        let body = request.into_body().into_data_stream();
        Ok(Self {
            parts: Multipart::with_constraints(body, boundary, constraints),
            limit,
        })
    }
}

impl Form {
    /// The next part; what is left of the one before is passed over.
    ///
    /// # Errors
    /// 400 `malformed_form`: the body is no form, or ends before it is whole. 413: it is too large.
    pub async fn next(&mut self) -> Result<Option<Part>, Error> {
        let limit = self.limit;
        let field = self.parts.next_field().await;
        let field = field.map_err(|error| refusal(&error, limit))?;
        Ok(field.map(|field| Part { field, limit }))
    }
}

/// One part of a form.
#[derive(Debug)]
pub struct Part {
    field: multer::Field<'static>,
    limit: u64,
}

impl Part {
    /// The name of the form's field.
    pub fn name(&self) -> &str {
        self.field.name().unwrap_or_default()
    }

    /// Some more of its bytes; none when it has ended.
    ///
    /// # Errors
    /// As [`Form::next`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.field.chunk().await;
        chunk.map_err(|error| refusal(&error, self.limit))
    }

    /// All of it as text.
    ///
    /// # Errors
    /// As [`Form::next`]; 400 when it is no UTF-8, 413 when it is longer than a text is.
    pub async fn text(mut self) -> Result<String, Error> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if bytes.len() + chunk.len() > LONGEST_TEXT {
                return Err(Error::too_large("a part that is no file", LONGEST_TEXT as u64));
            }
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes)
            .map_err(|_| Refusal::malformed("malformed_form", "a part is not UTF-8").into())
    }
}

fn refusal(error: &multer::Error, limit: u64) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } => Error::too_large("a form", limit),
        _ => Refusal::malformed(
            "malformed_form",
            "the body is no form, or ended before it was whole",
        )
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_form_is_a_form() {
        let kind = |kind: &str| {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
            is_form(&headers)
        };
        assert!(kind("multipart/form-data; boundary=x") && kind("Multipart/Form-Data ;boundary=x"));
        assert!(
            !kind("multipart/mixed; boundary=x") && !kind("application/json") && !is_form(&HeaderMap::new())
        );
    }
}
