//! What tests and people ask of Cloud Storage beside Google's protocols: `/_emulator/storage/...`, and resetting a project.

use super::Storage;
use super::attributes::object_fields;
use super::failure::Failure;
use super::list::{ListQuery, Mark, size_of_page};
use super::params::Params;
use super::state::Held;
use super::store;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header;
use serde_json::{Value, json};

pub(super) fn router(storage: Storage) -> Router {
    Router::new()
        .route("/_emulator/storage/buckets", get(buckets))
        .route("/_emulator/storage/objects", get(objects))
        .route("/_emulator/storage/lifecycle", post(lifecycle))
        .with_state(storage)
}

/// `GET /_emulator/storage/buckets?project=p`: the buckets of a project, or of all.
async fn buckets(State(storage): State<Storage>, RawQuery(query): RawQuery) -> Response {
    answer(Params::parse(&query.unwrap_or_default()).and_then(|mut params| {
        let project = params.take("project");
        params.finish()?;
        let state = storage.state();
        let wanted = |held: &&Held| {
            project
                .as_deref()
                .is_none_or(|project| held.bucket.project == project)
        };
        let line = |held: &Held| {
            json!({
                "name": held.bucket.name,
                "project": held.bucket.project,
                "objects": held.objects.len(),
                "noncurrent": held.noncurrent.len(),
                "bytes": held.all().map(|object| object.size).sum::<u64>(),
                "worldReadable": held.bucket.world_readable(),
            })
        };
        let buckets: Vec<Value> = state.buckets.values().filter(wanted).map(line).collect();
        Ok(json!({"buckets": buckets}))
    }))
}

/// `GET /_emulator/storage/objects?bucket=b&prefix=&cursor=&limit=`: a page of objects, with folders.
async fn objects(State(storage): State<Storage>, RawQuery(query): RawQuery) -> Response {
    answer(Params::parse(&query.unwrap_or_default()).and_then(|mut params| {
        let bucket = params
            .take("bucket")
            .ok_or_else(|| Failure::invalid("bucket is missing"))?;
        let cursor = params.take("cursor").filter(|cursor| !cursor.is_empty());
        let query = ListQuery {
            prefix: params.take("prefix").unwrap_or_default(),
            delimiter: params.take("delimiter").unwrap_or_default(),
            page_size: size_of_page(params.take_as("limit")?),
            after: cursor.map(|cursor| Mark::from_token(&cursor)).transpose()?,
            ..ListQuery::default()
        };
        params.finish()?;
        let listed = storage.list(&bucket, &query)?;
        let objects: Vec<Value> = listed.objects.iter().map(|object| object.json("")).collect();
        Ok(json!({"objects": objects, "prefixes": listed.prefixes, "cursor": listed.next}))
    }))
}

/// `POST /_emulator/storage/lifecycle {"bucket"}`: does now what the cloud does once a day.
async fn lifecycle(State(storage): State<Storage>, body: Bytes) -> Response {
    answer(object_fields(&body).and_then(|fields| {
        let bucket = fields.get("bucket").and_then(Value::as_str);
        let bucket = bucket.ok_or_else(|| Failure::invalid("bucket is missing"))?;
        Ok(storage.run_lifecycle(bucket)?.json())
    }))
}

fn answer(value: Result<Value, Failure>) -> Response {
    match value {
        Ok(value) => ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response(),
        Err(failure) => failure.json(),
    }
}

impl Storage {
    /// Forgets the project: its buckets with all objects, uploads to them, and notifications that are not sent. Nobody is told.
    pub(crate) fn reset(&self, project: &str) -> Result<(), tonic::Status> {
        self.forget_project(project).map_err(|failure| failure.grpc())
    }

    fn forget_project(&self, project: &str) -> Result<(), Failure> {
        let mut state = self.state();
        let of_project = |held: &&Held| held.bucket.project == project;
        let names: Vec<String> = state
            .buckets
            .values()
            .filter(of_project)
            .map(|held| held.bucket.name.clone())
            .collect();
        let sessions = state
            .sessions
            .values()
            .filter(|session| names.contains(&session.target.bucket));
        let sessions: Vec<String> = sessions.map(|session| session.id.clone()).collect();
        let parts = state
            .parts
            .values()
            .filter(|upload| names.contains(&upload.target.bucket));
        let parts: Vec<String> = parts.map(|upload| upload.id.clone()).collect();
        let notices = self.inner.outbox.forget(project);
        let stored = self.inner.core.db.write(|transaction| {
            for name in &names {
                store::empty_bucket(transaction, name)?;
                store::delete_bucket(transaction, name)?;
            }
            for id in &sessions {
                store::delete_session(transaction, id)?;
            }
            for id in &parts {
                store::delete_parts(transaction, id)?;
            }
            for id in notices {
                store::delete_notice(transaction, id)?;
            }
            Ok::<_, Failure>(())
        });
        stored?;
        let mut files: Vec<String> = Vec::new();
        for held in names.iter().filter_map(|name| state.buckets.remove(name)) {
            files.extend(held.all().map(|object| object.file.clone()));
        }
        for session in sessions.iter().filter_map(|id| state.sessions.remove(id)) {
            self.inner.uploads.forget(&session.id);
            files.extend(session.file);
        }
        for upload in parts.iter().filter_map(|id| state.parts.remove(id)) {
            files.extend(upload.files().map(str::to_owned));
        }
        for file in files {
            self.inner.files.remove(&file);
        }
        Ok(())
    }
}
