//! Uploads: in one request (bytes only, or with the resource before them), or resumable.

use super::{Call, acl, read};
use crate::storage::Storage;
use crate::storage::attributes::Attributes;
use crate::storage::checksum::Claimed;
use crate::storage::encoding::encode;
use crate::storage::failure::Failure;
use crate::storage::object::Draft;
use crate::storage::precondition::Preconditions;
use crate::storage::session::Target;
use crate::storage::upload::{Outcome, Part, boundary, cancelled, resume_incomplete};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, header};

pub(super) async fn serve(State(storage): State<Storage>, request: Request) -> Response {
    let method = request.method().clone();
    let answered = match Call::new(&storage, &request) {
        Ok(call) => call.upload(&method, request.into_body()).await,
        Err(failure) => Err(failure),
    };
    answered.unwrap_or_else(|failure| failure.json())
}

impl Call {
    async fn upload(mut self, method: &Method, body: Body) -> Result<Response, Failure> {
        acl::refuse(&self.params)?;
        let kind = self.params.take("uploadType").unwrap_or_default();
        if let Some(id) = self.params.take("upload_id") {
            return self.part(method, &id, body).await;
        }
        if method != Method::POST {
            return Err(Failure::not_implemented(&format!("{method} here")));
        }
        let target = self.target()?;
        match kind.as_str() {
            "media" => self.media(target, body).await,
            "multipart" => self.multipart(target, body).await,
            "resumable" => self.resumable(target, body).await,
            other => Err(Failure::invalid(format!("Invalid upload type: {other}"))),
        }
    }

    /// What the query says of the object.
    fn target(&mut self) -> Result<Target, Failure> {
        let target = Target {
            bucket: self.path.get(1).cloned().unwrap_or_default(),
            name: self.params.take("name").unwrap_or_default(),
            attributes: Attributes::default(),
            claimed: Claimed::from_headers(&self.headers),
            preconditions: Preconditions::take(&mut self.params)?,
            length: None,
        };
        let encoding = self.params.take("contentEncoding");
        std::mem::take(&mut self.params).finish()?;
        Ok(Target {
            attributes: Attributes {
                content_encoding: encoding,
                ..Attributes::default()
            },
            ..target
        })
    }

    async fn media(self, mut target: Target, body: Body) -> Result<Response, Failure> {
        target.attributes.content_type = self.text(header::CONTENT_TYPE.as_str());
        let object = self.storage.upload_media(&target, body).await?;
        Ok(self.json(&object.json(&self.base)))
    }

    async fn multipart(self, target: Target, body: Body) -> Result<Response, Failure> {
        let content_type = self.text(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let boundary =
            boundary(&content_type).ok_or_else(|| Failure::invalid("The Content-Type names no boundary."))?;
        let object = self.storage.upload_multipart(target, &boundary, body).await?;
        Ok(self.json(&object.json(&self.base)))
    }

    async fn resumable(self, mut target: Target, body: Body) -> Result<Response, Failure> {
        target.apply(Draft::parse(&read(body).await?)?);
        let content_type = self.text("x-upload-content-type");
        target.attributes.content_type = target.attributes.content_type.or(content_type);
        let announced = self
            .text("x-upload-content-length")
            .map(|text| text.parse())
            .transpose();
        let announced = announced.map_err(|_| Failure::invalid("X-Upload-Content-Length is no number"))?;
        let (bucket, name) = (target.bucket.clone(), encode(&target.name));
        let id = self.storage.start_session(target, announced).await?;
        let location = format!(
            "{}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&name={name}&upload_id={id}",
            self.base
        );
        Ok([
            (header::LOCATION.as_str(), location),
            ("x-guploader-uploadid", id),
        ]
        .into_response())
    }

    async fn part(self, method: &Method, id: &str, body: Body) -> Result<Response, Failure> {
        if method == Method::DELETE {
            self.storage.cancel_session(id).await?;
            return Ok(cancelled());
        }
        if method != Method::PUT && method != Method::POST {
            return Err(Failure::not_implemented(&format!("{method} here")));
        }
        let part = Part::from_headers(&self.headers)?;
        let outcome = self.storage.continue_session(id, part, body).await?;
        Ok(match outcome {
            Outcome::Done(object) => self.json(&object.json(&self.base)),
            Outcome::More(received) => resume_incomplete(&self.headers, received),
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    }
}
