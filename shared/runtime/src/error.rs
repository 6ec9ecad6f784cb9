//! The one error of handlers, and how it looks to a client.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloud::trace::TraceContext;
use contracts::{FieldError, Problem, Refusal};
use std::borrow::Cow;

/// A result of a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a handler fails with: a refusal of the domain, or something below it.
#[derive(Debug)]
pub enum Error {
    /// The domain says no.
    Refused(Refusal),
    /// Something below the domain failed; logged once, told to nobody.
    Failed(Box<dyn std::error::Error + Send + Sync>),
    /// The answer is there already: one that was given before, or a problem that no refusal of the domain is.
    Answered(Box<Response>),
}

impl Error {
    /// A failure that is nobody's business but the log's.
    pub fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }

    /// 413: `what` is larger than `limit` bytes.
    pub fn too_large(what: &str, limit: u64) -> Self {
        let detail = format!("{what} is at most {limit} bytes");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::Answered(Box::new(plain(status, "payload_too_large", &detail)))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Failed(error) => write!(f, "{}", Chain(error.as_ref())),
            Self::Answered(_) => f.write_str("answered already"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<cloud::Error> for Error {
    fn from(error: cloud::Error) -> Self {
        match error {
            cloud::Error::Refused(refusal) => Self::Refused(refusal),
            cloud::Error::Contention => {
                tracing::warn!("too many changed the same thing at once");
                Self::Refused(Refusal::Unavailable)
            }
            cloud::Error::Unavailable { .. } => {
                tracing::error!(error = %Chain(&error), "something we need is away");
                Self::Refused(Refusal::Unavailable)
            }
            other => Self::Failed(other.into()),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refused(&refusal),
            Self::Failed(error) => {
                tracing::error!(error = %Chain(error.as_ref()), "a request failed");
                respond(problem(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    None,
                    Vec::new(),
                ))
            }
            Self::Answered(response) => *response,
        }
    }
}

/// The answer to a refusal.
pub(crate) fn refused(refusal: &Refusal) -> Response {
    let detail = Some(refusal.to_string());
    let (status, code, errors) = match refusal {
        Refusal::Malformed { code, errors, .. } => (StatusCode::BAD_REQUEST, *code, errors.clone()),
        Refusal::Unauthenticated { code, .. } => (StatusCode::UNAUTHORIZED, *code, Vec::new()),
        Refusal::Denied { code, .. } => (StatusCode::FORBIDDEN, *code, Vec::new()),
        Refusal::NotFound => (StatusCode::NOT_FOUND, "not_found", Vec::new()),
        Refusal::Conflict { code, .. } => (StatusCode::CONFLICT, *code, Vec::new()),
        Refusal::Stale => (StatusCode::PRECONDITION_FAILED, "stale", Vec::new()),
        Refusal::Invalid(errors) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", errors.clone()),
        Refusal::Unprocessable { code, .. } => (StatusCode::UNPROCESSABLE_ENTITY, *code, Vec::new()),
        Refusal::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", Vec::new()),
        Refusal::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", Vec::new()),
    };
    let mut response = respond(problem(status, code, detail, errors));
    let headers = response.headers_mut();
    match refusal {
        Refusal::Unauthenticated { .. } => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Refusal::TooMany { retry_after } => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        Refusal::Unavailable => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(1_u64));
        }
        _ => {}
    }
    response
}

/// A problem without field errors.
pub(crate) fn plain(status: StatusCode, code: &'static str, detail: &str) -> Response {
    respond(problem(status, code, Some(detail.to_owned()), Vec::new()))
}

fn problem(
    status: StatusCode,
    code: &'static str,
    detail: Option<String>,
    errors: Vec<FieldError>,
) -> Problem {
    Problem {
        r#type: Cow::Borrowed("about:blank"),
        title: Cow::Borrowed(status.canonical_reason().unwrap_or("Error")),
        status: status.as_u16(),
        detail,
        instance: None,
        code: Cow::Borrowed(code),
        errors,
        trace_id: TraceContext::current().map(|trace| format!("{:032x}", trace.trace_id)),
    }
}

/// The document is in the extensions too, for the layer that fills in the path.
fn respond(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        Body::from(body),
    )
        .into_response();
    response.extensions_mut().insert(problem);
    response
}

/// Fills in which path was asked for.
pub(crate) fn locate(response: Response, path: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    match parts.extensions.remove::<Problem>() {
        Some(mut problem) => {
            problem.instance = Some(path.to_owned());
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(
                parts,
                Body::from(serde_json::to_vec(&problem).unwrap_or_default()),
            )
        }
        None => Response::from_parts(parts, body),
    }
}

/// An error with its causes.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn std::error::Error + 'a));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(next) = cause {
            write!(f, ": {next}")?;
            cause = next.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(error: cloud::Error) -> (u16, Option<String>) {
        let response = Error::from(error).into_response();
        let wait = response.headers().get(header::RETRY_AFTER);
        let wait = wait.map(|wait| wait.to_str().unwrap().to_owned());
        (response.status().as_u16(), wait)
    }

    #[test]
    fn what_is_below_looks_as_clients_should_take_it() {
        let soon = Some("1".to_owned());
        // the request is fine and may be sent again
        assert_eq!(status(cloud::Error::Contention), (503, soon.clone()));
        assert_eq!(
            status(cloud::Error::unavailable("Firestore", "late")),
            (503, soon)
        );
        // a mistake of ours
        assert_eq!(
            status(cloud::Error::rejected("Firestore", "no index")),
            (500, None)
        );
        let unreadable = cloud::Error::Unreadable {
            name: "posts/1".to_owned(),
            source: "no text".into(),
        };
        assert_eq!(status(unreadable), (500, None));
        // what a precondition's author said
        let lost = Refusal::conflict("lock_lost", "somebody else has the lock by now");
        assert_eq!(status(lost.into()), (409, None));
        assert_eq!(status(Refusal::Stale.into()), (412, None));
    }
}
