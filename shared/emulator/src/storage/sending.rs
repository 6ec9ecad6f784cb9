//! Downloads: headers, conditions (RFC 9110, section 13), ranges, and the bytes as a stream.

use super::failure::{Failure, Kind};
use super::object::Object;
use super::range::requested;
use super::time::{from_http_date, http_date};
use async_compression::tokio::bufread::GzipDecoder;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{self, AsHeaderName};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::io::{Seek as _, SeekFrom};
use std::ops::Range;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

/// How much is read from the file at once.
const PIECE: usize = 64 * 1024;

/// How the bytes are sent.
#[derive(Debug, Clone)]
pub(super) struct Serving {
    /// Only the headers.
    pub(super) head: bool,
    /// `Cache-Control` of objects that say nothing of caching.
    pub(super) cache: &'static str,
    /// `ETag`: the two APIs have different ones.
    pub(super) etag: String,
}

/// The answer with the object's bytes, as far as `request` asks for them.
pub(super) fn download(
    object: &Object,
    file: std::fs::File,
    request: &HeaderMap,
    serving: &Serving,
) -> Result<Response, Failure> {
    let mut headers = describe(object);
    set(&mut headers, header::ETAG, &serving.etag);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static(serving.cache));
    check_conditions(object, &serving.etag, request)?;
    if unchanged(object, &serving.etag, request) {
        headers.remove(header::CONTENT_TYPE);
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    if unpacks(object, request) {
        let body = if serving.head {
            Body::empty()
        } else {
            unpacked(file)
        };
        return Ok((unpacked_headers(headers), body).into_response());
    }
    let range = if same_for_range(object, &serving.etag, request) {
        requested(text(request, header::RANGE), object.size)
    } else {
        Ok(None)
    };
    let (status, part) = match range {
        Ok(None) => (StatusCode::OK, 0..object.size),
        Ok(Some(part)) => {
            let value = format!("bytes {}-{}/{}", part.start, part.end - 1, object.size);
            set(&mut headers, header::CONTENT_RANGE, &value);
            (StatusCode::PARTIAL_CONTENT, part)
        }
        Err(failure) => return Err(failure),
    };
    set(
        &mut headers,
        header::CONTENT_LENGTH,
        &(part.end - part.start).to_string(),
    );
    let body = if serving.head {
        Body::empty()
    } else {
        bytes(file, part)?
    };
    Ok((status, headers, body).into_response())
}

fn bytes(mut file: std::fs::File, part: Range<u64>) -> Result<Body, Failure> {
    file.seek(SeekFrom::Start(part.start))?;
    let file = tokio::fs::File::from_std(file).take(part.end - part.start);
    Ok(Body::from_stream(ReaderStream::with_capacity(file, PIECE)))
}

/// What the headers of a download, and of the answer to an XML upload, say of an object.
pub(super) fn describe(object: &Object) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let attributes = &object.attributes;
    set(&mut headers, header::CONTENT_TYPE, object.content_type());
    set(&mut headers, header::LAST_MODIFIED, &http_date(object.updated));
    set(&mut headers, header::ACCEPT_RANGES, "bytes");
    let optional = [
        (header::CACHE_CONTROL, &attributes.cache_control),
        (header::CONTENT_ENCODING, &attributes.content_encoding),
        (header::CONTENT_DISPOSITION, &attributes.content_disposition),
        (header::CONTENT_LANGUAGE, &attributes.content_language),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            set(&mut headers, name, value);
        }
    }
    goog(&mut headers, "generation", &object.generation.to_string());
    goog(&mut headers, "metageneration", &object.metageneration.to_string());
    goog(&mut headers, "stored-content-length", &object.size.to_string());
    goog(
        &mut headers,
        "stored-content-encoding",
        attributes.content_encoding.as_deref().unwrap_or("identity"),
    );
    goog(&mut headers, "storage-class", object.storage_class());
    // Two headers, as the cloud sends them, would be one to most clients: one with both.
    goog(&mut headers, "hash", &object.sums.header());
    if let Some(components) = object.components {
        goog(&mut headers, "component-count", &components.to_string());
    }
    for (key, value) in &attributes.metadata {
        goog(&mut headers, &format!("meta-{}", key.to_lowercase()), value);
    }
    headers
}

fn goog(headers: &mut HeaderMap, name: &str, value: &str) {
    if let Ok(name) = HeaderName::try_from(format!("x-goog-{name}")) {
        set(headers, name, value);
    }
}

/// Sets what can be a header; metadata need not be.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        headers.insert(name, value);
    }
}

fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn lists(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .map(|entry| entry.trim_start_matches("W/"))
        .any(|entry| entry == "*" || entry == etag || entry.trim_matches('"') == etag)
}

fn check_conditions(object: &Object, etag: &str, request: &HeaderMap) -> Result<(), Failure> {
    let other = text(request, header::IF_MATCH).is_some_and(|list| !lists(list, etag));
    let since = text(request, header::IF_UNMODIFIED_SINCE).and_then(from_http_date);
    if other || since.is_some_and(|since| object.updated.div_euclid(1_000_000) > since) {
        return Err(Failure::new(
            Kind::Precondition,
            "At least one of the pre-conditions you specified did not hold.",
        ));
    }
    Ok(())
}

fn unchanged(object: &Object, etag: &str, request: &HeaderMap) -> bool {
    match (
        text(request, header::IF_NONE_MATCH),
        text(request, header::IF_MODIFIED_SINCE).and_then(from_http_date),
    ) {
        (Some(list), _) => lists(list, etag),
        (None, Some(since)) => object.updated.div_euclid(1_000_000) <= since,
        (None, None) => false,
    }
}

/// Whether a range is of the object that the reader began with.
fn same_for_range(object: &Object, etag: &str, request: &HeaderMap) -> bool {
    text(request, header::IF_RANGE).is_none_or(|known| {
        let date = from_http_date(known);
        known == etag || date == Some(object.updated.div_euclid(1_000_000))
    })
}

/// Whether the reader gets gzip unpacked, because it does not take it packed
/// (<https://cloud.google.com/storage/docs/transcoding#decompressive_transcoding>).
fn unpacks(object: &Object, request: &HeaderMap) -> bool {
    let packed = object.attributes.content_encoding.as_deref() == Some("gzip");
    let as_is = object
        .attributes
        .cache_control
        .as_deref()
        .is_some_and(|value| value.contains("no-transform"));
    let accepted = text(request, header::ACCEPT_ENCODING).is_some_and(|list| {
        list.split(',').any(|entry| {
            let (coding, weight) = entry.split_once(';').unwrap_or((entry, ""));
            matches!(coding.trim(), "gzip" | "x-gzip") && !matches!(weight.trim(), "q=0" | "q=0.0")
        })
    });
    packed && !as_is && !accepted
}

/// The whole, unpacked; ranges are ignored then, and the length is not known.
fn unpacked(file: std::fs::File) -> Body {
    let file = tokio::io::BufReader::with_capacity(PIECE, tokio::fs::File::from_std(file));
    Body::from_stream(ReaderStream::with_capacity(GzipDecoder::new(file), PIECE))
}

fn unpacked_headers(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(header::CONTENT_ENCODING);
    headers.remove(header::ACCEPT_RANGES);
    set(&mut headers, header::WARNING, "214 UploadServer gunzipped");
    set(&mut headers, header::VARY, "Accept-Encoding");
    headers
}
