//! What handlers ask for. Every refusal is a problem document.

mod body;
mod caller;
mod client_ip;
mod form;
mod idempotency;
mod if_match;
mod may_body;
mod moderator;
mod no_body;
mod path;
mod query;

pub use body::Body;
pub(crate) use caller::bearer;
pub use caller::{Caller, Viewer};
pub use client_ip::ClientIp;
pub use form::{BodyOrForm, Form, Part};
pub use idempotency::Idempotency;
pub use if_match::IfMatch;
pub use may_body::MayBody;
pub use moderator::Moderator;
pub use no_body::NoBody;
pub use path::Path;
pub use query::{PageQuery, Query};

pub(crate) use body::Buffered;
pub(crate) use form::{Streamed, is_form};
pub(crate) use idempotency::Claims;

use crate::{Context, Error};
use axum::http::request::Parts;

/// 415.
fn unsupported(detail: &str) -> Error {
    let status = axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Error::Answered(Box::new(crate::error::plain(
        status,
        "unsupported_media_type",
        detail,
    )))
}

/// The context that the app put into every request.
fn context(parts: &Parts) -> Result<&Context, Error> {
    parts
        .extensions
        .get::<Context>()
        .ok_or_else(|| Error::failed("the request did not pass the app's layers"))
}
