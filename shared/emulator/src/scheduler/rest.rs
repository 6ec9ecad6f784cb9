//! The REST form: `projects.locations.jobs` of Cloud Scheduler v1 (<https://cloud.google.com/scheduler/docs/reference/rest>).
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use super::Inner;
use super::job::{Job, State};
use super::mask::merge;
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

/// Which page: <https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/list>.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    page_size: i64,
    #[serde(default)]
    page_token: String,
    #[serde(default)]
    filter: String,
}

/// The most jobs of one page.
const LARGEST_PAGE: i64 = 500;

async fn list(Service(inner): Shared, Path((project, location)): Parent, Query(page): Query<Page>) -> Answer {
    if !page.filter.is_empty() {
        return Err(Status::unimplemented("the emulator has no `filter` of jobs").into());
    }
    let size = match page.page_size {
        0 => LARGEST_PAGE,
        size @ 1.. => size.min(LARGEST_PAGE),
        _ => return Err(Status::invalid_argument("pageSize must not be negative.").into()),
    };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut jobs = inner.list(&parent(&project, &location));
    jobs.retain(|job| job.name > page.page_token);
    let more = jobs.len() > size;
    jobs.truncate(size);
    let next = jobs.last().filter(|_| more).map(|last| last.name.clone());
    Ok(Json(
        json!({"jobs": jobs, "nextPageToken": next.unwrap_or_default()}),
    ))
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
