//! Objects: get, put, delete, and resumable uploads.

use super::Call;
use crate::storage::encoding::encode_path;
use crate::storage::failure::Failure;
use crate::storage::object::Object;
use crate::storage::precondition::Preconditions;
use crate::storage::sending::{Serving, describe, download, set};
use crate::storage::upload::{Outcome, Part, cancelled, resume_incomplete};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName};
use http::{HeaderMap, Method, StatusCode};

impl Call {
    pub(super) fn get(&self) -> Result<Response, Failure> {
        let preconditions = Preconditions::from_headers(&self.head.headers)?;
        let place = (
            self.bucket.as_str(),
            self.name.as_str(),
            self.number("generation")?,
        );
        let (object, file) = self.storage.open_object(place, &preconditions)?;
        let public = self.storage.bucket(&self.bucket)?.world_readable();
        let serving = Serving {
            head: self.head.method == Method::HEAD,
            cache: if public {
                "public, max-age=3600"
            } else {
                "private, max-age=0"
            },
            etag: object.content_etag(),
        };
        let mut answer = download(&object, file, &self.head.headers, &serving)?;
        for (parameter, name) in [
            ("response-content-type", header::CONTENT_TYPE),
            ("response-content-disposition", header::CONTENT_DISPOSITION),
        ] {
            if let Some(value) = self.params.get(parameter) {
                set(answer.headers_mut(), name, value);
            }
        }
        Ok(answer)
    }

    pub(super) fn delete(&self) -> Result<Response, Failure> {
        let preconditions = Preconditions::from_headers(&self.head.headers)?;
        let place = (
            self.bucket.as_str(),
            self.name.as_str(),
            self.number("generation")?,
        );
        self.storage.delete_object(place, &preconditions)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    pub(super) async fn put(&self, body: Body) -> Result<Response, Failure> {
        let object = self.storage.upload_media(&self.target()?, body).await?;
        Ok(uploaded(&object))
    }

    /// `POST` with `x-goog-resumable: start`: the answer's `Location` is where the parts go.
    pub(super) async fn start(&self) -> Result<Response, Failure> {
        let mut target = self.target()?;
        // Of the empty body of this request.
        target.claimed.sha256 = None;
        let id = self.storage.start_session(target, None).await?;
        let base = self.storage.base(&self.head.headers);
        let location = format!(
            "{base}/{}/{}?upload_id={id}",
            self.bucket,
            encode_path(&self.name)
        );
        let mut headers = HeaderMap::new();
        set(&mut headers, header::LOCATION, &location);
        set(&mut headers, HeaderName::from_static("x-guploader-uploadid"), &id);
        Ok((StatusCode::CREATED, headers).into_response())
    }

    /// A part of a resumable upload: whoever knows its address may send it.
    pub(super) async fn part(&self, id: &str, body: Body) -> Result<Response, Failure> {
        match self.head.method {
            Method::PUT | Method::POST => {
                let part = Part::from_headers(&self.head.headers)?;
                let outcome = self.storage.continue_session(id, part, body).await?;
                Ok(match outcome {
                    Outcome::Done(object) => uploaded(&object),
                    Outcome::More(received) => resume_incomplete(&self.head.headers, received),
                })
            }
            Method::DELETE => {
                self.storage.cancel_session(id).await?;
                Ok(cancelled())
            }
            _ => Err(Failure::invalid("An upload takes PUT and DELETE.")),
        }
    }
}

/// The answer to an upload: what the object is, without bytes.
pub(super) fn uploaded(object: &Object) -> Response {
    let mut headers = describe(object);
    set(&mut headers, header::ETAG, &object.content_etag());
    for name in [
        header::CONTENT_TYPE,
        header::CONTENT_ENCODING,
        header::ACCEPT_RANGES,
        header::CACHE_CONTROL,
    ] {
        headers.remove(name);
    }
    (StatusCode::OK, headers).into_response()
}
