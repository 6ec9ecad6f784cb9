//! What there is: which projects, and what one of them has.

use super::inside::{ask, encoded, list};
use super::{OfProject, pending};
use crate::core::Emulator;
use crate::rest::RestError;
use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tonic::Status;

/// `GET /_emulator/projects`: the projects that have anything.
pub(super) async fn projects(State(emulator): State<Emulator>) -> Result<Json<Value>, RestError> {
    let mut all: BTreeSet<String> = emulator.firestore.projects()?.into_iter().collect();
    all.extend(emulator.pubsub.projects());
    all.extend(emulator.storage.projects());
    all.extend(emulator.jobs.projects());
    all.extend(emulator.scheduler.projects());
    Ok(Json(json!({"projects": all})))
}

/// `GET /_emulator/state?project=`: what a project has, as the services' own APIs show it.
pub(super) async fn state(
    State(emulator): State<Emulator>,
    Query(asked): Query<OfProject>,
) -> Result<Json<Value>, RestError> {
    let project = asked
        .project
        .ok_or_else(|| Status::invalid_argument("project is missing"))?;
    let now = emulator.core.clock.now_micros();
    let of_project = |fault: &Value| fault["project"].is_null() || fault["project"] == project.as_str();
    let faults: Vec<Value> = emulator
        .core
        .faults
        .list(now)
        .into_iter()
        .filter(of_project)
        .collect();
    let pending = pending(&emulator, Some(&project));
    let p = encoded(&project);
    let executions = format!("/_emulator/run/executions?project={p}");
    let schedules = format!("/v1/projects/{p}/locations/-/jobs?pageSize=500");
    Ok(Json(json!({
        "project": project,
        "clock": {"offsetMillis": emulator.core.clock.offset_micros() / 1000, "nowMillis": now / 1000},
        "settled": pending.is_empty(),
        "pending": pending,
        "collections": emulator.firestore.collections(&project)?,
        "topics": list(&emulator, &format!("/v1/projects/{p}/topics?pageSize=1000"), "topics").await?,
        "subscriptions": subscriptions(&emulator, &p).await?,
        "buckets": list(&emulator, &format!("/storage/v1/b?project={p}"), "items").await?,
        "executions": ask(&emulator, Method::GET, &executions, None).await?["executions"].take(),
        "schedules": list(&emulator, &schedules, "jobs").await?,
        "faults": faults,
    })))
}

/// The subscriptions of a project, each with its `backlog`.
async fn subscriptions(emulator: &Emulator, project: &str) -> Result<Vec<Value>, Status> {
    let all = format!("/v1/projects/{project}/subscriptions?pageSize=1000");
    let mut all = list(emulator, &all, "subscriptions").await?;
    let backlogs = format!("/_emulator/pubsub/state?project={project}");
    let backlogs = ask(emulator, Method::GET, &backlogs, None).await?;
    let backlogs = backlogs["subscriptions"].as_array().cloned().unwrap_or_default();
    for subscription in &mut all {
        let own = backlogs
            .iter()
            .find(|backlog| backlog["name"] == subscription["name"]);
        subscription["backlog"] = own.cloned().unwrap_or_default();
    }
    Ok(all)
}
