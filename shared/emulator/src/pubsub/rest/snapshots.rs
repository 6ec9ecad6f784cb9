//! Snapshots.

use super::body::{named, paths, read};
use super::page::{Page, page_answer};
use super::{Answer, Names, Service, iam};
use crate::pubsub::json::SnapshotJson;
use crate::pubsub::snapshots as calls;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use gcloud_sdk::google::pubsub::v1::{
    CreateSnapshotRequest, DeleteSnapshotRequest, GetSnapshotRequest, ListSnapshotsRequest, Snapshot,
    UpdateSnapshotRequest,
};
use prost_types::FieldMask;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

fn answer(snapshot: Snapshot) -> Json<Value> {
    Json(json!(SnapshotJson::from(snapshot)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    subscription: String,
    #[serde(default)]
    labels: HashMap<String, String>,
    #[serde(default)]
    tags: HashMap<String, String>,
}

pub(super) async fn create(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let Create {
        subscription,
        labels,
        tags,
    } = read(&body)?;
    let name = named(&project, "snapshots", &id, "")?;
    let asked = CreateSnapshotRequest {
        name,
        subscription,
        labels,
        tags,
    };
    Ok(answer(calls::create(&inner, asked)?))
}

pub(super) async fn get(State(inner): Service, Path((project, id)): Names) -> Answer {
    let snapshot = format!("projects/{project}/snapshots/{id}");
    if let Some(resource) = iam::asks_for_policy(&snapshot) {
        return iam::get(&inner, resource);
    }
    Ok(answer(calls::get(&inner, &GetSnapshotRequest { snapshot })?))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Update {
    snapshot: SnapshotJson,
    update_mask: String,
}

pub(super) async fn patch(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let update: Update = read(&body)?;
    let name = named(&project, "snapshots", &id, &update.snapshot.name)?;
    let snapshot = Snapshot {
        name,
        ..update.snapshot.into()
    };
    let asked = UpdateSnapshotRequest {
        snapshot: Some(snapshot),
        update_mask: Some(FieldMask {
            paths: paths(&update.update_mask),
        }),
    };
    Ok(answer(calls::update(&inner, asked)?))
}

pub(super) async fn delete(State(inner): Service, Path((project, id)): Names) -> Answer {
    let snapshot = format!("projects/{project}/snapshots/{id}");
    calls::delete(&inner, &DeleteSnapshotRequest { snapshot })?;
    Ok(Json(json!({})))
}

/// `:setIamPolicy` and `:testIamPermissions`.
pub(super) async fn post(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let (id, verb) = id.rsplit_once(':').unwrap_or((&id, ""));
    iam::post(&inner, format!("projects/{project}/snapshots/{id}"), verb, &body)
}

pub(super) async fn list(
    State(inner): Service,
    Path(project): Path<String>,
    Query(page): Query<Page>,
) -> Answer {
    let asked = ListSnapshotsRequest {
        project: format!("projects/{project}"),
        page_size: page.page_size,
        page_token: page.page_token,
    };
    let found = calls::list(&inner, &asked)?;
    let snapshots = found.snapshots.into_iter().map(|s| json!(SnapshotJson::from(s)));
    Ok(page_answer(
        "snapshots",
        snapshots.collect(),
        found.next_page_token,
    ))
}
