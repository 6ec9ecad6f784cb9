//! The XML paths `/{bucket}/{object}` (<https://cloud.google.com/storage/docs/xml-api/reference-methods>): what signed URLs and browsers use.
//! Nothing here is open to whoever comes: a signature, a session's secret, or a bucket that all the world may read.

use super::cors;
use super::encoding::{decode, encode_path};
use super::failure::{Failure, Kind};
use super::object::{Attributes, Object};
use super::params::Params;
use super::precondition::Preconditions;
use super::sending::{describe, download, set};
use super::session::{Target, length_range};
use super::signed::{self, Arrived};
use super::upload::{Outcome, session_id};
use super::{Storage, checksum::Claimed};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::header::{self, HeaderName};
use http::{HeaderMap, Method, StatusCode};

/// For exactly the buckets that exist; everything else is 404.
pub(super) fn router(storage: Storage) -> Router {
    Router::new()
        .route("/{bucket}/{*object}", any(serve))
        .with_state(storage)
}

/// A request for one object.
struct Call {
    storage: Storage,
    bucket: String,
    name: String,
    params: Params,
    head: http::request::Parts,
}

async fn serve(State(storage): State<Storage>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let call = match Call::new(storage, head) {
        Ok(call) => call,
        Err(failure) => return failure.xml(),
    };
    let cors = match call.storage.bucket(&call.bucket) {
        Ok(bucket) => bucket.settings.get("cors").cloned(),
        Err(failure) => return failure.xml(),
    };
    if call.head.method == Method::OPTIONS {
        return (StatusCode::OK, cors::preflight(cors.as_ref(), &call.head.headers)).into_response();
    }
    let mut answer = call.answer(body).await.unwrap_or_else(|failure| failure.xml());
    answer.headers_mut().extend(cors::actual(
        cors.as_ref(),
        &call.head.headers,
        call.head.method.as_str(),
    ));
    answer
}

/// Parts of the XML API that are not here.
const NOT_IMPLEMENTED: [&str; 9] = [
    "acl",
    "cors",
    "compose",
    "encryption",
    "partNumber",
    "retention",
    "tagging",
    "uploadId",
    "uploads",
];

/// Headers of the XML API that are not here.
const REFUSED_HEADERS: [&str; 7] = [
    "x-goog-acl",
    "x-goog-copy-source",
    "x-goog-encryption-algorithm",
    "x-goog-encryption-key",
    "x-goog-encryption-kms-key-name",
    "x-goog-object-lock-mode",
    "x-goog-content-sha256",
];

impl Call {
    fn new(storage: Storage, head: http::request::Parts) -> Result<Self, Failure> {
        let path = decode(head.uri.path())?;
        let (bucket, name) = path
            .trim_start_matches('/')
            .split_once('/')
            .ok_or_else(Failure::no_bucket)?;
        let params = Params::parse(head.uri.query().unwrap_or_default())?;
        Ok(Self {
            bucket: bucket.to_owned(),
            name: name.to_owned(),
            storage,
            params,
            head,
        })
    }

    async fn answer(&self, body: Body) -> Result<Response, Failure> {
        if let Some(id) = session_id(&self.params) {
            return self.part(id, body).await;
        }
        self.authorize()?;
        if let Some(absent) = NOT_IMPLEMENTED
            .iter()
            .find(|name| self.params.get(name).is_some())
        {
            return Err(Failure::not_implemented(&format!("`?{absent}`")));
        }
        if let Some(absent) = REFUSED_HEADERS
            .iter()
            .find(|name| self.head.headers.contains_key(**name))
        {
            return Err(Failure::not_implemented(&format!("header {absent}")));
        }
        match self.head.method {
            Method::GET | Method::HEAD => self.get(),
            Method::PUT => self.put(body).await,
            Method::POST if self.text("x-goog-resumable") == Some("start") => self.start().await,
            Method::DELETE => {
                let preconditions = Preconditions::from_headers(&self.head.headers)?;
                self.storage
                    .delete_object((&self.bucket, &self.name, self.generation()?), &preconditions)?;
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            _ => Err(Failure::not_implemented(&format!("{} here", self.head.method))),
        }
    }

    fn authorize(&self) -> Result<(), Failure> {
        if signed::is_signed(&self.params) {
            return self.check_signature();
        }
        let reads = matches!(self.head.method, Method::GET | Method::HEAD);
        if reads && self.storage.bucket(&self.bucket)?.world_readable() {
            return Ok(());
        }
        let message =
            "Anonymous caller does not have access to the Google Cloud Storage object, or it does not exist.";
        Err(Failure::new(Kind::AccessDenied, message))
    }

    fn check_signature(&self) -> Result<(), Failure> {
        let host = self.text(header::HOST.as_str());
        let authority = self.head.uri.authority().map(http::uri::Authority::as_str);
        let arrived = Arrived {
            method: self.head.method.as_str(),
            path: self.head.uri.path(),
            params: &self.params,
            headers: &self.head.headers,
            host: host.or(authority).unwrap_or_default(),
        };
        let core = &self.storage.inner.core;
        signed::check(arrived, core.clock.now_seconds(), |message, signature| {
            core.issuer.verify(message, signature)
        })
    }

    fn get(&self) -> Result<Response, Failure> {
        let preconditions = Preconditions::from_headers(&self.head.headers)?;
        let place = (self.bucket.as_str(), self.name.as_str(), self.generation()?);
        let (object, file) = self.storage.open_object(place, &preconditions)?;
        let public = self.storage.bucket(&self.bucket)?.world_readable();
        let cache = if public {
            "public, max-age=3600"
        } else {
            "private, max-age=0"
        };
        let mut answer = download(
            &object,
            file,
            &self.head.headers,
            self.head.method == Method::HEAD,
            cache,
        )?;
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

    async fn put(&self, body: Body) -> Result<Response, Failure> {
        let object = self.storage.upload_media(&self.target()?, body).await?;
        Ok(uploaded(&object))
    }

    /// `POST` with `x-goog-resumable: start`: the answer's `Location` is where the parts go.
    async fn start(&self) -> Result<Response, Failure> {
        let id = self.storage.start_session(self.target()?, None).await?;
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

    async fn part(&self, id: &str, body: Body) -> Result<Response, Failure> {
        match self.head.method {
            Method::PUT | Method::POST => {
                let range = self.text(header::CONTENT_RANGE.as_str());
                let outcome = self.storage.continue_session(id, range, body).await?;
                Ok(match outcome {
                    Outcome::Done(object) => uploaded(&object),
                    Outcome::More(received) => resume_incomplete(received),
                })
            }
            Method::DELETE => {
                self.storage.cancel_session(id).await?;
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            _ => Err(Failure::invalid("An upload takes PUT and DELETE.")),
        }
    }

    fn target(&self) -> Result<Target, Failure> {
        let headers = &self.head.headers;
        Ok(Target {
            bucket: self.bucket.clone(),
            name: self.name.clone(),
            attributes: attributes(headers),
            claimed: Claimed::from_headers(headers),
            preconditions: Preconditions::from_headers(headers)?,
            length: length_range(self.text("x-goog-content-length-range"))?,
        })
    }

    fn generation(&self) -> Result<Option<i64>, Failure> {
        let parsed = self.params.get("generation").map(str::parse).transpose();
        parsed.map_err(|_| Failure::invalid("generation is no number"))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// The attributes that an upload's headers say.
fn attributes(headers: &HeaderMap) -> Attributes {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let metadata = headers.iter().filter_map(|(name, value)| {
        Some((
            name.as_str().strip_prefix("x-goog-meta-")?.to_owned(),
            value.to_str().ok()?.to_owned(),
        ))
    });
    Attributes {
        content_type: text("content-type"),
        content_encoding: text("content-encoding").filter(|value| value != "identity"),
        content_disposition: text("content-disposition"),
        content_language: text("content-language"),
        cache_control: text("cache-control"),
        custom_time: text("x-goog-custom-time"),
        storage_class: text("x-goog-storage-class"),
        metadata: metadata.collect(),
    }
}

fn uploaded(object: &Object) -> Response {
    let mut headers = describe(object);
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

/// 308: so many bytes are there.
pub(super) fn resume_incomplete(received: u64) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(last) = received.checked_sub(1) {
        set(&mut headers, header::RANGE, &format!("bytes=0-{last}"));
    }
    (StatusCode::PERMANENT_REDIRECT, headers).into_response()
}
