//! The XML API (<https://cloud.google.com/storage/docs/xml-api/reference-methods>): what signed URLs, browsers and some of Google's clients use.
//! It is not open to whoever comes: a signature, a session's secret, a bucket that all the world may read. Where the emulator trusts whoever
//! reaches it (see [`Trust`]), Google's clients are let in as they are on the other APIs.

mod copies;
mod form;
mod list;
mod objects;
mod parts;
mod reader;

use super::Storage;
use super::attributes::Attributes;
use super::checksum::Claimed;
use super::cors;
use super::encoding::decode;
use super::failure::{Failure, Kind};
use super::params::Params;
use super::precondition::Preconditions;
use super::session::{Target, length_range};
use super::signed::{self, Arrived};
use super::upload::session_id;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::header;
use http::{HeaderMap, Method, StatusCode};

/// Who is let in without a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nobody: the port is reached from outside.
    Nobody,
    /// Google's clients, known by the headers that all of them send. A bare request is still that of anonymous, so that what
    /// anonymous may do can be seen on this port too.
    Clients,
}

/// For exactly the buckets that exist; everything else is 404.
pub(super) fn router(storage: Storage, trust: Trust) -> Router {
    Router::new()
        .route("/{bucket}", any(serve))
        .route("/{bucket}/", any(serve))
        .route("/{bucket}/{*object}", any(serve))
        .with_state((storage, trust))
}

/// A request for a bucket (then `name` is empty) or an object.
struct Call {
    storage: Storage,
    trust: Trust,
    bucket: String,
    name: String,
    params: Params,
    head: http::request::Parts,
}

async fn serve(State((storage, trust)): State<(Storage, Trust)>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let call = match Call::new(storage, trust, head) {
        Ok(call) => call,
        Err(failure) => return failure.xml(),
    };
    let cors = match call.storage.bucket(&call.bucket) {
        Ok(bucket) => bucket.settings.get("cors").cloned(),
        // Who signed wrongly is told that first, whatever there is.
        Err(failure) if signed::is_signed(&call.params) => {
            return call.check_signature().err().unwrap_or(failure).xml();
        }
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
const NOT_IMPLEMENTED: [&str; 14] = [
    "acl",
    "billing",
    "cors",
    "encryption",
    "encryptionConfig",
    "lifecycle",
    "location",
    "logging",
    "retention",
    "storageClass",
    "tagging",
    "versioning",
    "website",
    "policy",
];

/// Headers of the XML API that are not here.
const REFUSED_HEADERS: [&str; 8] = [
    "x-goog-acl",
    "x-goog-copy-source-encryption-key",
    "x-goog-encryption-algorithm",
    "x-goog-encryption-key",
    "x-goog-encryption-kms-key-name",
    "x-goog-object-lock-mode",
    "x-amz-copy-source",
    "x-amz-security-token",
];

impl Call {
    fn new(storage: Storage, trust: Trust, head: http::request::Parts) -> Result<Self, Failure> {
        let path = decode(head.uri.path())?;
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (bucket, name) = path.split_once('/').unwrap_or((path, ""));
        let params = Params::parse(head.uri.query().unwrap_or_default())?;
        Ok(Self {
            bucket: bucket.to_owned(),
            name: name.to_owned(),
            storage,
            trust,
            params,
            head,
        })
    }

    async fn answer(&self, body: Body) -> Result<Response, Failure> {
        if let Some(id) = session_id(&self.params) {
            return self.part(id, body).await;
        }
        let a_form = self.name.is_empty()
            && self.head.method == Method::POST
            && self
                .text("content-type")
                .is_some_and(|kind| kind.starts_with("multipart/form-data"));
        if a_form {
            return self.form(body).await;
        }
        self.authorize()?;
        self.refuse()?;
        if self.name.is_empty() {
            return match self.head.method {
                Method::GET if self.params.get("uploads").is_some() => self.list_uploads(),
                Method::GET => self.list(),
                _ => Err(Failure::not_implemented(&format!(
                    "{} of a bucket in XML",
                    self.head.method
                ))),
            };
        }
        let upload = self.params.get("uploadId");
        match (&self.head.method, upload) {
            (&Method::PUT, Some(id)) => self.put_part(id, body).await,
            (&Method::GET, Some(id)) => self.list_parts(id),
            (&Method::POST, Some(id)) => self.complete_parts(id, body).await,
            (&Method::DELETE, Some(id)) => self.abort_parts(id),
            (&Method::POST, None) if self.params.get("uploads").is_some() => self.start_parts(),
            (&Method::PUT, None) if self.params.get("compose").is_some() => self.compose(body).await,
            (&Method::PUT, None) if self.text("x-goog-copy-source").is_some() => self.copy(),
            (&Method::GET | &Method::HEAD, None) => self.get(),
            (&Method::PUT, None) => self.put(body).await,
            (&Method::POST, None) if self.text("x-goog-resumable") == Some("start") => self.start().await,
            (&Method::DELETE, None) => self.delete(),
            (method, _) => Err(Failure::not_implemented(&format!("{method} here"))),
        }
    }

    /// Names what is not here.
    fn refuse(&self) -> Result<(), Failure> {
        let absent = NOT_IMPLEMENTED
            .iter()
            .find(|name| self.params.get(name).is_some());
        if let Some(absent) = absent {
            return Err(Failure::not_implemented(&format!(
                "`?{absent}` in XML; use the JSON API"
            )));
        }
        let headers = &self.head.headers;
        let absent = REFUSED_HEADERS.iter().find(|name| headers.contains_key(**name));
        match absent {
            Some(absent) => Err(Failure::not_implemented(&format!("header {absent}"))),
            None => Ok(()),
        }
    }

    fn authorize(&self) -> Result<(), Failure> {
        if signed::is_signed(&self.params) {
            return self.check_signature();
        }
        if signed::is_signed_otherwise(&self.params, self.text("authorization")) {
            return Err(Failure::not_implemented(
                "signatures but V4 in the query with an RSA key (no V2, no HMAC keys, no signed Authorization header)",
            ));
        }
        let a_client = ["authorization", "x-goog-api-client"]
            .iter()
            .any(|name| self.head.headers.contains_key(*name));
        if self.trust == Trust::Clients && a_client {
            return Ok(());
        }
        let reads = matches!(self.head.method, Method::GET | Method::HEAD);
        if reads && !self.name.is_empty() && self.storage.bucket(&self.bucket)?.world_readable() {
            return Ok(());
        }
        let right = match self.head.method {
            Method::GET | Method::HEAD => "storage.objects.get",
            Method::DELETE => "storage.objects.delete",
            _ => "storage.objects.create",
        };
        let message = format!(
            "Anonymous caller does not have {right} access to the Google Cloud Storage object. Permission '{right}' denied on resource \
             (or it may not exist)."
        );
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
        signed::check(
            arrived,
            core.clock.now_seconds(),
            |account, message, signature| core.accounts.verify(&core.issuer, account, message, signature),
        )
    }

    /// What the headers say of an object that is to be made.
    fn target(&self) -> Result<Target, Failure> {
        let headers = &self.head.headers;
        Ok(Target {
            bucket: self.bucket.clone(),
            name: self.name.clone(),
            attributes: attributes(headers)?,
            claimed: Claimed::from_headers(headers),
            preconditions: Preconditions::from_headers(headers)?,
            length: length_range(self.text("x-goog-content-length-range"))?,
        })
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Failure> {
        let parsed = self.params.get(name).map(str::parse).transpose();
        parsed.map_err(|_| Failure::invalid(format!("{name} is no number")))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// The attributes that an upload's headers say.
fn attributes(headers: &HeaderMap) -> Result<Attributes, Failure> {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let metadata = headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("x-goog-meta-")?;
        Some((
            name.to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        ))
    });
    let attributes = Attributes {
        content_type: text("content-type"),
        content_encoding: text("content-encoding").filter(|value| value != "identity"),
        content_disposition: text("content-disposition"),
        content_language: text("content-language"),
        cache_control: text("cache-control"),
        custom_time: text("x-goog-custom-time"),
        storage_class: text("x-goog-storage-class"),
        metadata: metadata.collect(),
        ..Attributes::default()
    };
    attributes.check().map(|()| attributes)
}

/// An XML document as an answer.
fn document(body: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/xml; charset=UTF-8")];
    (kind, format!("<?xml version='1.0' encoding='UTF-8'?>{body}")).into_response()
}

/// `<name>text</name>`, escaped.
fn element(name: &str, text: impl std::fmt::Display) -> String {
    format!("<{name}>{}</{name}>", super::failure::escape(&text.to_string()))
}

/// `<name>inner</name>` of elements.
fn nested(name: &str, inner: &str) -> String {
    ["<", name, ">", inner, "</", name, ">"].concat()
}

/// The root of an answer about uploads in parts; clients look for its namespace.
fn root(name: &str, inner: &str) -> String {
    let xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";
    format!("<{name} xmlns='{xmlns}'>{inner}</{name}>")
}

/// A small document that a request brings.
async fn read(body: Body) -> Result<Bytes, Failure> {
    const LARGEST: usize = 4 * 1024 * 1024;
    axum::body::to_bytes(body, LARGEST)
        .await
        .map_err(|error| Failure::invalid(error.to_string()))
}
