//! The JSON API (<https://cloud.google.com/storage/docs/json_api/v1>). It is open to whoever reaches it: for loopback only.

mod acl;
mod batch;
mod buckets;
mod copies;
mod fields;
mod mixed;
mod objects;
mod uploads;

use super::Storage;
use super::cors;
use super::encoding::decode;
use super::failure::Failure;
use super::params::Params;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use fields::Fields;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};

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
        .route("/batch", post(batch::serve_batch))
        .route("/batch/storage/v1", post(batch::serve_batch))
        .layer(axum::middleware::from_fn(cors::of_the_json_api))
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
    /// What of the answer is wanted.
    fields: Fields,
}

/// Headers that would encrypt with a key of the caller.
const REFUSED_HEADERS: [&str; 4] = [
    "x-goog-encryption-algorithm",
    "x-goog-encryption-key",
    "x-goog-copy-source-encryption-algorithm",
    "x-goog-copy-source-encryption-key",
];

impl Call {
    fn new(storage: &Storage, request: &Request) -> Result<Self, Failure> {
        let uri = request.uri();
        let refused = REFUSED_HEADERS
            .iter()
            .find(|name| request.headers().contains_key(**name));
        if let Some(refused) = refused {
            return Err(Failure::not_implemented(&format!("header {refused}")));
        }
        let path = uri
            .path()
            .split_once("/storage/v1/")
            .map_or(uri.path().trim_start_matches('/'), |(_, rest)| rest);
        // Some clients end the path of a collection with a slash.
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut params = Params::parse(uri.query().unwrap_or_default())?;
        if uri.path().starts_with("/download/") {
            params = Params::parse(&format!("alt=media&{}", uri.query().unwrap_or_default()))?;
        }
        let fields = params.take("fields").filter(|fields| !fields.is_empty());
        Ok(Self {
            path: path.split('/').map(decode).collect::<Result<_, _>>()?,
            fields: fields.map_or_else(|| Ok(Fields::default()), |fields| Fields::parse(&fields))?,
            params,
            headers: request.headers().clone(),
            base: storage.base(request.headers()),
            storage: storage.clone(),
        })
    }

    /// The answer with the resource, or what is wanted of it.
    fn json(&self, value: &Value) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
        (kind, self.fields.of(value).to_string()).into_response()
    }

    async fn route(mut self, method: &Method, body: &[u8]) -> Result<Response, Failure> {
        acl::refuse(&self.params)?;
        let path = std::mem::take(&mut self.path);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["b"] => self.buckets(method, body),
            ["projects", project, "serviceAccount"] => Ok(self.service_account(project)),
            ["b", bucket] => self.bucket(method, bucket, body),
            ["b", bucket, "iam"] => self.policy(method, bucket, body),
            ["b", bucket, "iam", "testPermissions"] => self.test_permissions(bucket),
            ["b", bucket, "notificationConfigs"] => self.notifications(method, bucket, body),
            ["b", bucket, "notificationConfigs", id] => self.notification(method, bucket, id),
            ["b", bucket, kind @ ("acl" | "defaultObjectAcl"), ..] => self.bucket_acl(bucket, kind),
            ["b", bucket, "o"] if *method == Method::GET => self.list(bucket),
            ["b", bucket, "o", name, "acl", ..] => self.object_acl(bucket, name),
            ["b", bucket, "o", name, "compose"] if *method == Method::POST => {
                self.compose(bucket, name, body).await
            }
            ["b", bucket, "o", name, "restore"] if *method == Method::POST => Err(Failure::not_implemented(
                &format!("soft delete: restore of {bucket}/{name}"),
            )),
            ["b", bucket, "o", from, "moveTo", "o", to] if *method == Method::POST => {
                self.rename(bucket, from, to)
            }
            ["b", bucket, "o", from, "copyTo", "b", to, "o", name] if *method == Method::POST => {
                self.copy((bucket, from), (to, name), body)
            }
            ["b", bucket, "o", from, "rewriteTo", "b", to, "o", name] if *method == Method::POST => {
                self.rewrite((bucket, from), (to, name), body)
            }
            ["b", bucket, "o", name @ ..] if !name.is_empty() => {
                self.object(method, bucket, &name.join("/"), body)
            }
            _ => Err(Failure::not_implemented(&format!("{method} {}", path.join("/")))),
        }
    }

    /// The account that would publish notifications; here nobody lacks a permission.
    fn service_account(&self, project: &str) -> Response {
        let email = format!("service-{project}@gs-project-accounts.iam.gserviceaccount.com");
        self.json(&json!({"kind": "storage#serviceAccount", "email_address": email}))
    }
}

async fn serve(State(storage): State<Storage>, request: Request) -> Response {
    let media = request.uri().path().starts_with("/download/")
        || request
            .uri()
            .query()
            .is_some_and(|query| query.split('&').any(|pair| pair == "alt=media"));
    let answered = async {
        let call = Call::new(&storage, &request)?;
        let method = request.method().clone();
        let body = read(request.into_body()).await?;
        call.route(&method, &body).await
    };
    match answered.await {
        Ok(response) => response,
        Err(failure) if media => failure.plain(),
        Err(failure) => failure.json(),
    }
}

/// The body of a request that carries no object.
async fn read(body: Body) -> Result<Bytes, Failure> {
    const LARGEST: usize = 1024 * 1024;
    axum::body::to_bytes(body, LARGEST)
        .await
        .map_err(|error| Failure::invalid(error.to_string()))
}

fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn wrong_method(method: &Method) -> Failure {
    Failure::not_implemented(&format!("{method} here"))
}
