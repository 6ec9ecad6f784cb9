//! 201: something new, and where it is.

use super::{json, replay};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloud::{Header, Replayable, StoredAnswer};
use contracts::Version;
use serde::Serialize;

/// 201 with `Location` and the resource; or the same answer of an earlier request, given again.
#[derive(Debug)]
pub struct Created<T>(Kind<T>);

#[derive(Debug)]
enum Kind<T> {
    Fresh {
        location: String,
        version: Option<Version>,
        body: T,
    },
    Replayed(StoredAnswer),
}

impl<T> Created<T> {
    /// Something new at `location` (a path).
    pub fn at(location: String, body: T) -> Self {
        Self(Kind::Fresh {
            location,
            version: None,
            body,
        })
    }

    /// With its `ETag`.
    pub fn version(mut self, of_body: Version) -> Self {
        if let Kind::Fresh { version, .. } = &mut self.0 {
            *version = Some(of_body);
        }
        self
    }
}

impl<T: Serialize> Replayable for Created<T> {
    fn store(&self) -> Result<StoredAnswer, serde_json::Error> {
        match &self.0 {
            Kind::Fresh {
                location,
                version,
                body,
            } => {
                let header = |name: &str, value: String| Header {
                    name: name.to_owned(),
                    value,
                };
                let mut headers = vec![header("location", location.clone())];
                headers.extend(version.map(|version| header("etag", version.to_string())));
                Ok(StoredAnswer {
                    status: 201,
                    headers,
                    body: serde_json::to_string(body)?,
                })
            }
            Kind::Replayed(stored) => Ok(stored.clone()),
        }
    }

    fn replay(stored: StoredAnswer) -> Self {
        Self(Kind::Replayed(stored))
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        match self.0 {
            Kind::Replayed(stored) => replay(stored),
            Kind::Fresh {
                location,
                version,
                body,
            } => {
                let mut response = json(StatusCode::CREATED, &body);
                let headers = response.headers_mut();
                let mut set = |name, value: String| {
                    if let Ok(value) = HeaderValue::try_from(value) {
                        headers.insert(name, value);
                    }
                };
                set(header::LOCATION, location);
                if let Some(version) = version {
                    set(header::ETAG, version.to_string());
                }
                response
            }
        }
    }
}
