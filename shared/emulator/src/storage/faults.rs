//! Faults on request: a bucket that answers an error a number of times.

use super::Storage;
use super::encoding::decode;
use super::failure::{Failure, Kind};
use super::object::object_fields;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use http::StatusCode;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What is still to fail, by bucket: the code, and how often.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<BTreeMap<String, (u16, u64)>>);

impl Faults {
    fn set(&self, bucket: &str, code: u16, times: u64) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(bucket.to_owned(), (code, times));
    }

    /// Lets a request to `bucket` through, or fails it.
    pub(super) fn admit(&self, bucket: &str) -> Result<(), Failure> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(bucket) {
            Some((code, times)) if *times > 0 => {
                *times -= 1;
                Err(Failure::new(
                    Kind::Fault(*code),
                    "The emulator was told to fail this request.",
                ))
            }
            _ => Ok(()),
        }
    }
}

/// `PUT /_emulator/storage/faults {"bucket", "code", "times"}`.
pub(super) fn router(storage: Storage) -> Router {
    Router::new()
        .route("/_emulator/storage/faults", put(put_fault))
        .with_state(storage)
}

async fn put_fault(State(storage): State<Storage>, body: Bytes) -> Response {
    match read(&body) {
        Ok((bucket, code, times)) => {
            storage.inner.faults.set(&bucket, code, times);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(failure) => failure.json(),
    }
}

fn read(body: &[u8]) -> Result<(String, u16, u64), Failure> {
    let fields = object_fields(body)?;
    let bucket = fields
        .get("bucket")
        .and_then(Value::as_str)
        .ok_or_else(|| Failure::invalid("bucket is missing"))?;
    let code = fields.get("code").and_then(Value::as_u64).unwrap_or(503);
    let code = u16::try_from(code).ok().filter(|code| (400..600).contains(code));
    let times = fields.get("times").and_then(Value::as_u64).unwrap_or(1);
    Ok((
        bucket.to_owned(),
        code.ok_or_else(|| Failure::invalid("code must be 400 to 599"))?,
        times,
    ))
}

/// Fails requests whose bucket has a fault, in the dialect of their path.
pub(super) async fn layer(State(storage): State<Storage>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let api = [
        "/storage/v1/b/",
        "/upload/storage/v1/b/",
        "/download/storage/v1/b/",
        "/b/",
    ];
    let api = api.iter().find_map(|prefix| path.strip_prefix(prefix));
    let bucket = api
        .unwrap_or(&path)
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    match decode(bucket).and_then(|bucket| storage.inner.faults.admit(&bucket)) {
        Ok(()) => next.run(request).await,
        Err(failure) if api.is_some() => failure.json(),
        Err(failure) => failure.xml(),
    }
}
