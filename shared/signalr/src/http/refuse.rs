//! Answers to requests that open nothing. A 401 has no body: clients show the body when there is one.

use crate::{hub::Refusal, server::Admission};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refuse {
    Refusal(Refusal),
    Admission(Admission),
    NoSuchHub,
    NoId,
    UnknownId,
    /// A transport that is not served.
    NoSuchTransport,
    /// The connection of this id is a WebSocket.
    WrongMethod,
    WrongDelete,
    Broken,
}

impl Refuse {
    fn parts(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Refusal(Refusal::Unauthorized) => (StatusCode::UNAUTHORIZED, ""),
            Self::Refusal(Refusal::Forbidden) => (StatusCode::FORBIDDEN, ""),
            Self::Refusal(Refusal::Unavailable) | Self::Admission(Admission::Stopping) => {
                (StatusCode::SERVICE_UNAVAILABLE, "")
            }
            Self::Admission(Admission::Live) => (StatusCode::CONFLICT, "The connection is already open"),
            Self::Admission(Admission::TooMany) => (StatusCode::TOO_MANY_REQUESTS, "Too many connections"),
            Self::NoSuchHub => (StatusCode::NOT_FOUND, ""),
            Self::NoId => (StatusCode::BAD_REQUEST, "Connection ID required"),
            Self::UnknownId | Self::Admission(Admission::Over) => {
                (StatusCode::NOT_FOUND, "No Connection with that ID")
            }
            Self::NoSuchTransport => (StatusCode::NOT_FOUND, "The transport is not supported"),
            Self::WrongMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "POST is not for WebSockets connections",
            ),
            Self::WrongDelete => (
                StatusCode::BAD_REQUEST,
                "Cannot terminate a WebSockets connection by DELETE",
            ),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, ""),
        }
    }
}

impl IntoResponse for Refuse {
    fn into_response(self) -> Response {
        self.parts().into_response()
    }
}
