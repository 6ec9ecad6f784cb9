//! The REST form: `projects.locations.jobs` of Cloud Scheduler v1 (<https://cloud.google.com/scheduler/docs/reference/rest>).
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use super::Inner;
use super::job::{Job, State};
use crate::rest::RestError;
use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State as Service};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tonic::Status;

const PATH: &str = "/v1/projects/{project}/locations/{location}/jobs";

type Answer = Result<Json<Value>, RestError>;
type Shared = Service<Arc<Inner>>;
type Body = Result<Json<Job>, JsonRejection>;
type Parent = Path<(String, String)>;
type Name = Path<(String, String, String)>;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    let one = get(read).patch(update).delete(delete).post(verb);
    Router::new()
        .route(PATH, get(list).post(create))
        .route(&format!("{PATH}/{{job}}"), one)
        .with_state(inner)
}

fn parent(project: &str, location: &str) -> String {
    format!("projects/{project}/locations/{location}")
}

fn name((project, location, job): &(String, String, String)) -> String {
    format!("{}/jobs/{job}", parent(project, location))
}

fn answer(job: &Job) -> Json<Value> {
    Json(json!(job))
}

async fn create(Service(inner): Shared, Path((project, location)): Parent, body: Body) -> Answer {
    let (mut job, parent) = (body?.0, parent(&project, &location));
    if job.name.is_empty() {
        job.name = format!("{parent}/jobs/{}", uuid::Uuid::new_v4().simple());
    }
    let id = job
        .name
        .strip_prefix(&format!("{parent}/jobs/"))
        .unwrap_or_default();
    if id.is_empty()
        || id.len() > 500
        || !id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    {
        return Err(Status::invalid_argument(format!(
            "Job name {:?} must have the form {parent}/jobs/ID.",
            job.name
        ))
        .into());
    }
    Ok(answer(&inner.create(job)?))
}

async fn read(Service(inner): Shared, Path(path): Name) -> Answer {
    Ok(answer(&inner.get(&name(&path))?))
}

async fn list(Service(inner): Shared, Path((project, location)): Parent) -> Json<Value> {
    Json(json!({"jobs": inner.list(&parent(&project, &location))}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mask {
    update_mask: Option<String>,
}

async fn update(Service(inner): Shared, Path(path): Name, Query(mask): Query<Mask>, body: Body) -> Answer {
    let new = body?.0;
    let changed = inner.change(&name(&path), |course, now| {
        let merged = merge(&course.job, &new, mask.update_mask.as_deref())?;
        course.job = Job {
            user_update_time: Some(now),
            ..merged
        }
        .complete(now)?;
        Ok(())
    })?;
    Ok(answer(&changed))
}

/// `old` with the fields of the mask taken from `new`; without a mask, with all that a client may set.
fn merge(old: &Job, new: &Job, mask: Option<&str>) -> Result<Job, Status> {
    let all = "description,httpTarget,pubsubTarget,appEngineHttpTarget,schedule,timeZone,retryConfig,attemptDeadline";
    let mut merged = old.clone();
    for field in mask
        .unwrap_or(all)
        .split(',')
        .map(str::trim)
        .filter(|field| !field.is_empty())
    {
        match field {
            "description" => merged.description.clone_from(&new.description),
            "httpTarget" | "http_target" => merged.http_target.clone_from(&new.http_target),
            "pubsubTarget" | "pubsub_target" => merged.pubsub_target.clone_from(&new.pubsub_target),
            "appEngineHttpTarget" | "app_engine_http_target" => {
                merged
                    .app_engine_http_target
                    .clone_from(&new.app_engine_http_target);
            }
            "schedule" => merged.schedule.clone_from(&new.schedule),
            "timeZone" | "time_zone" => merged.time_zone.clone_from(&new.time_zone),
            "retryConfig" | "retry_config" => merged.retry_config.clone_from(&new.retry_config),
            "attemptDeadline" | "attempt_deadline" => merged.attempt_deadline = new.attempt_deadline,
            other => {
                return Err(Status::invalid_argument(format!(
                    "updateMask: {other} cannot be updated."
                )));
            }
        }
    }
    Ok(merged)
}

async fn delete(Service(inner): Shared, Path(path): Name) -> Answer {
    inner.delete(&name(&path))?;
    Ok(Json(json!({})))
}

/// `:run`, `:pause`, `:resume`.
async fn verb(Service(inner): Shared, Path((project, location, job)): Name) -> Answer {
    let (id, verb) = job.rsplit_once(':').unwrap_or((&job, ""));
    let name = name(&(project, location, id.to_owned()));
    let changed = match verb {
        "run" => inner.change(&name, |course, now| {
            course.force(now);
            Ok(())
        }),
        "pause" => inner.change(&name, |course, _| {
            course.job.state = State::Paused;
            Ok(())
        }),
        "resume" => inner.change(&name, |course, now| {
            course.job.state = State::Enabled;
            course.job.schedule_time = course.job.next(now)?;
            Ok(())
        }),
        other => Err(Status::unimplemented(format!(
            "the emulator has no POST jobs/ID:{other}"
        ))),
    };
    Ok(answer(&changed?))
}
