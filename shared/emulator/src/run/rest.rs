//! The REST API (<https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs>).

use super::Jobs;
use super::actions::not_found;
use super::execution::Execution;
use super::job::Job;
use super::time::duration;
use crate::rest::RestError;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{Method, Uri, header};
use serde_json::{Map, Value, json};
use tonic::Status;

/// Every path below a location.
pub(super) fn router(jobs: Jobs) -> Router {
    Router::new()
        .route("/v2/projects/{project}/locations/{location}/{*rest}", any(serve))
        .with_state(jobs)
}

async fn serve(State(jobs): State<Jobs>, method: Method, uri: Uri, body: Bytes) -> Response {
    let answered = answer(&jobs, &method, &uri, &body).await;
    match answered {
        Ok(value) => (
            [(header::CONTENT_TYPE, "application/json; charset=UTF-8")],
            value.to_string(),
        )
            .into_response(),
        Err(status) => RestError(status).into_response(),
    }
}

async fn answer(jobs: &Jobs, method: &Method, uri: &Uri, body: &[u8]) -> Result<Value, Status> {
    let path = uri.path().strip_prefix("/v2/").unwrap_or_default();
    let (name, verb) = path.rsplit_once(':').unwrap_or((path, ""));
    let parts: Vec<&str> = name.split('/').collect();
    let parent = parts.get(..4).unwrap_or_default().join("/");
    let query = Query::parse(uri.query().unwrap_or_default())?;
    match (method.as_str(), parts.get(4..).unwrap_or_default(), verb) {
        ("POST", ["jobs"], "") => {
            let id = query
                .get("jobId")
                .ok_or_else(|| Status::invalid_argument("jobId is required"))?;
            Ok(operation(&jobs.create(&parent, id, &fields(body)?)?))
        }
        ("GET", ["jobs"], "") => Ok(jobs.list_jobs(&parent, &query)),
        ("GET", ["jobs", _], "") => Ok(jobs
            .inner
            .state()
            .jobs
            .get(name)
            .ok_or_else(|| not_found(name))?
            .json()),
        ("PATCH", ["jobs", _], "") => Ok(operation(&jobs.replace(name, &fields(body)?)?)),
        ("DELETE", ["jobs", _], "") => Ok(operation(&jobs.delete(name)?)),
        ("POST", ["jobs", _], "run") => {
            let body = fields(body)?;
            refuse(
                body.get("validateOnly") == Some(&Value::Bool(true)),
                "validateOnly",
            )?;
            Ok(jobs.run(name, &body)?.operation_json())
        }
        ("GET", ["jobs", _, "executions"], "") => Ok(jobs.list_executions(name, &query)),
        ("GET", ["jobs", _, "executions", _], "") => Ok(jobs.execution(name)?.json()),
        ("DELETE", ["jobs", _, "executions", _], "") => Ok(jobs.delete_execution(name)?.operation_json()),
        ("POST", ["jobs", _, "executions", _], "cancel") => Ok(jobs.cancel(name)?.operation_json()),
        ("GET", ["operations", _], "") => Ok(jobs.of_operation(name)?.operation_json()),
        ("POST", ["operations", _], "wait") => {
            let execution = jobs.of_operation(name)?;
            let timeout = fields(body)?
                .get("timeout")
                .and_then(Value::as_str)
                .and_then(duration);
            let deadline = timeout.map(|timeout| jobs.inner.core.clock.now_micros().saturating_add(timeout));
            Ok(jobs.ended(&execution.name, deadline).await?.operation_json())
        }
        _ => Err(Status::unimplemented(format!(
            "the emulator has no {method} {path}"
        ))),
    }
}

fn refuse(set: bool, what: &str) -> Result<(), Status> {
    if set {
        Err(Status::unimplemented(format!("the emulator has no {what}")))
    } else {
        Ok(())
    }
}

fn fields(body: &[u8]) -> Result<Map<String, Value>, Status> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let wrong = |error: serde_json::Error| {
        Status::invalid_argument(format!("Invalid JSON payload received. {error}"))
    };
    serde_json::from_slice(body).map_err(wrong)
}

/// The operation of a change to a job, which is always done at once.
fn operation(job: &Job) -> Value {
    let parent = job.name.split("/jobs/").next().unwrap_or_default();
    let mut response = job.json();
    response["@type"] = "type.googleapis.com/google.cloud.run.v2.Job".into();
    let name = format!("{parent}/operations/{}", uuid::Uuid::new_v4());
    json!({"name": name, "metadata": response, "done": true, "response": response})
}

/// The parameters that are understood; the rest is refused.
#[derive(Debug, Default)]
struct Query(Vec<(String, String)>);

impl Query {
    fn parse(query: &str) -> Result<Self, Status> {
        let base = reqwest::Url::parse(&format!("http://localhost/?{query}"));
        let base = base.map_err(|error| Status::invalid_argument(error.to_string()))?;
        let pairs: Vec<(String, String)> = base.query_pairs().into_owned().collect();
        for (name, value) in &pairs {
            match name.as_str() {
                // The last five say how the answer is written.
                "jobId" | "pageSize" | "pageToken" | "alt" | "$alt" | "fields" | "prettyPrint" | "key" => {}
                _ if matches!(value.as_str(), "" | "false") => {}
                _ => {
                    return Err(Status::unimplemented(format!(
                        "the emulator has no parameter `{name}` here"
                    )));
                }
            }
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// One page of `all` names, in the order of names; the token is the last name.
    fn page<'a, T>(&self, all: impl Iterator<Item = (&'a String, &'a T)>) -> (Vec<&'a T>, Option<String>) {
        let size = self
            .get("pageSize")
            .and_then(|size| size.parse().ok())
            .filter(|size| *size > 0)
            .unwrap_or(100);
        let after = self.get("pageToken").unwrap_or_default();
        let mut rest = all.filter(|(name, _)| name.as_str() > after);
        let page: Vec<(&String, &T)> = rest.by_ref().take(size).collect();
        let more = rest.next().is_some();
        let token = page.last().filter(|_| more).map(|(name, _)| (*name).clone());
        (page.into_iter().map(|(_, value)| value).collect(), token)
    }
}

impl Jobs {
    fn list_jobs(&self, parent: &str, query: &Query) -> Value {
        let prefix = format!("{parent}/jobs/");
        let state = self.inner.state();
        let (page, next) = query.page(state.jobs.iter().filter(|(name, _)| name.starts_with(&prefix)));
        let shown: Vec<Value> = page.into_iter().map(Job::json).collect();
        json!({"jobs": shown, "nextPageToken": next.unwrap_or_default()})
    }

    /// `-` for the job lists the executions of all jobs.
    fn list_executions(&self, name: &str, query: &Query) -> Value {
        let prefix = name.replace("/jobs/-/", "/jobs/") + "/";
        let prefix = prefix.replace("/jobs/executions/", "/jobs/");
        let state = self.inner.state();
        let (page, next) = query.page(
            state
                .executions
                .iter()
                .filter(|(name, _)| name.starts_with(&prefix)),
        );
        let shown: Vec<Value> = page.into_iter().map(Execution::json).collect();
        json!({"executions": shown, "nextPageToken": next.unwrap_or_default()})
    }

    /// The execution that an operation is of. Operations of other changes were done in their answers.
    fn of_operation(&self, name: &str) -> Result<Execution, Status> {
        let state = self.inner.state();
        let execution = state
            .executions
            .values()
            .find(|execution| execution.operation() == name);
        execution
            .cloned()
            .ok_or_else(|| Status::not_found(format!("{name} not found")))
    }
}
