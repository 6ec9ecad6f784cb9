//! The JSON API (<https://cloud.google.com/storage/docs/json_api/v1>). It is open to whoever reaches it: for loopback only.

mod buckets;
mod objects;
mod uploads;

use super::Storage;
use super::encoding::decode;
use super::failure::Failure;
use super::params::Params;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

/// Every path of the API. Object names arrive percent-encoded, slashes too, so paths are taken apart before they are decoded.
pub(super) fn router(storage: Storage) -> Router {
    Router::new()
        .route("/storage/v1/b", any(serve))
        // Where Google's Node client looks when `STORAGE_EMULATOR_HOST` is set. No bucket has a name that short.
        .route("/b", any(serve))
        .route("/b/{*rest}", any(serve))
        .route("/storage/v1/{*rest}", any(serve))
        .route("/download/storage/v1/{*rest}", any(serve))
        .route("/upload/storage/v1/b/{bucket}/o", any(uploads::serve))
        .with_state(storage)
}

/// A request to the API.
struct Call {
    storage: Storage,
    /// What stands behind `/storage/v1/`, decoded.
    path: Vec<String>,
    params: Params,
    headers: HeaderMap,
    /// Where the API is reached.
    base: String,
}

impl Call {
    fn new(storage: &Storage, request: &Request) -> Result<Self, Failure> {
        let uri = request.uri();
        let path = uri
            .path()
            .split_once("/storage/v1/")
            .map_or(uri.path().trim_start_matches('/'), |(_, rest)| rest);
        let mut params = Params::parse(uri.query().unwrap_or_default())?;
        if uri.path().starts_with("/download/") {
            params = Params::parse(&format!("alt=media&{}", uri.query().unwrap_or_default()))?;
        }
        Ok(Self {
            path: path.split('/').map(decode).collect::<Result<_, _>>()?,
            params,
            headers: request.headers().clone(),
            base: storage.base(request.headers()),
            storage: storage.clone(),
        })
    }
}

async fn serve(State(storage): State<Storage>, request: Request) -> Response {
    let answered = async {
        let mut call = Call::new(&storage, &request)?;
        let method = request.method().clone();
        let body = read(request.into_body()).await?;
        let path = std::mem::take(&mut call.path);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["b"] => call.buckets(&method, &body),
            ["b", bucket] => call.bucket(&method, bucket, &body),
            ["b", bucket, "iam"] => call.policy(&method, bucket, &body),
            ["b", bucket, "iam", "testPermissions"] => call.test_permissions(bucket),
            ["b", bucket, "notificationConfigs"] => call.notifications(&method, bucket, &body),
            ["b", bucket, "notificationConfigs", id] => call.notification(&method, bucket, id),
            ["b", bucket, "o"] if method == Method::GET => call.list(bucket),
            [
                "b",
                bucket,
                "o",
                from,
                verb @ ("copyTo" | "rewriteTo"),
                "b",
                to,
                "o",
                name,
            ] if method == Method::POST => call.copy((bucket, from), (to, name), *verb == "rewriteTo", &body),
            ["b", bucket, "o", name @ ..] if !name.is_empty() => {
                call.object(&method, bucket, &name.join("/"), &body)
            }
            _ => Err(Failure::not_implemented(&format!("{method} {}", path.join("/")))),
        }
    };
    answered.await.unwrap_or_else(|failure: Failure| failure.json())
}

/// The body of a request that carries no object.
async fn read(body: Body) -> Result<Bytes, Failure> {
    const LARGEST: usize = 1024 * 1024;
    axum::body::to_bytes(body, LARGEST)
        .await
        .map_err(|error| Failure::invalid(error.to_string()))
}

fn json(value: &Value) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json; charset=UTF-8")],
        value.to_string(),
    )
        .into_response()
}

fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn wrong_method(method: &Method) -> Failure {
    Failure::not_implemented(&format!("{method} here"))
}
