//! The REST API (<https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs>).

mod lists;
mod query;

use super::Jobs;
use super::actions::check_etag;
use super::job::Job;
use super::time::duration;
use crate::rest::RestError;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{Method, Uri, header};
use lists::Operation;
use query::Query;
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

/// What a request says.
struct Call<'a> {
    jobs: &'a Jobs,
    /// `projects/P/locations/L`.
    parent: String,
    /// The whole name, without a verb.
    name: &'a str,
    query: Query,
    body: &'a [u8],
}

async fn answer(jobs: &Jobs, method: &Method, uri: &Uri, body: &[u8]) -> Result<Value, Status> {
    let path = uri.path().strip_prefix("/v2/").unwrap_or_default();
    let (name, verb) = path.rsplit_once(':').unwrap_or((path, ""));
    let parts: Vec<&str> = name.split('/').collect();
    let call = Call {
        jobs,
        parent: parts.get(..4).unwrap_or_default().join("/"),
        name,
        query: Query::parse(uri.query().unwrap_or_default())?,
        body,
    };
    let rest = parts.get(4..).unwrap_or_default();
    match (method.as_str(), rest, verb) {
        (_, ["jobs", ..], "") if rest.len() < 3 => call.job(method, rest.get(1).is_some()),
        ("POST", ["jobs", _], "run") => call.run(),
        ("GET", ["jobs", _, "executions"], "") => jobs.list_executions(name, &call.query),
        ("GET", ["jobs", _, "executions", _], "") => Ok(jobs.execution(name)?.json()),
        ("DELETE", ["jobs", _, "executions", _], "") => call.delete_execution(),
        ("POST", ["jobs", _, "executions", _], "cancel") => call.cancel(),
        ("GET", ["jobs", _, "executions", _, "tasks"], "") => {
            jobs.list_tasks(name.strip_suffix("/tasks").unwrap_or_default(), &call.query)
        }
        ("GET", ["jobs", _, "executions", _, "tasks", _], "") => {
            jobs.task(name.split("/tasks/").next().unwrap_or_default(), name)
        }
        ("GET", ["operations"], "") => jobs.list_operations(&call.parent, &call.query),
        ("GET", ["operations", _], "") => match jobs.operation(name)? {
            Operation::Done(operation) | Operation::Run(_, operation) => Ok(operation),
        },
        ("POST", ["operations", _], "wait") => call.wait().await,
        _ => Err(Status::unimplemented(format!(
            "the emulator has no {method} {path}"
        ))),
    }
}

impl Call<'_> {
    /// `jobs` and `jobs/J`.
    fn job(&self, method: &Method, one: bool) -> Result<Value, Status> {
        let (jobs, check) = (self.jobs, self.query.is("validateOnly"));
        match (method.as_str(), one) {
            ("POST", false) => {
                let id = self.query.get("jobId");
                let id = id.ok_or_else(|| Status::invalid_argument("jobId is required"))?;
                self.changed(&jobs.create(&self.parent, id, &fields(self.body)?, check)?)
            }
            ("GET", false) => jobs.list_jobs(&self.parent, &self.query),
            ("GET", true) => jobs.job_json(self.name),
            ("PATCH", true) => {
                let missing = self.query.is("allowMissing") && jobs.job_json(self.name).is_err();
                let fields = fields(self.body)?;
                let id = self.name.rsplit('/').next().unwrap_or_default();
                let job = if missing {
                    jobs.create(&self.parent, id, &fields, check)?
                } else {
                    jobs.replace(self.name, &fields, check)?
                };
                self.changed(&job)
            }
            ("DELETE", true) => self.changed(&jobs.delete(self.name, self.query.get("etag"), check)?),
            _ => Err(Status::unimplemented(format!(
                "the emulator has no {method} {}",
                self.name
            ))),
        }
    }

    /// The operation of a change to a job, which is always done at once.
    fn changed(&self, job: &Job) -> Result<Value, Status> {
        let mut response = job.json();
        response["@type"] = "type.googleapis.com/google.cloud.run.v2.Job".into();
        let name = format!("{}/operations/{}", self.parent, uuid::Uuid::new_v4());
        let operation = json!({"name": name, "metadata": response, "done": true, "response": response});
        if !self.query.is("validateOnly") {
            self.jobs.remember_operation(&name, &operation)?;
        }
        Ok(operation)
    }

    fn run(&self) -> Result<Value, Status> {
        let body = fields(self.body)?;
        Ok(self.jobs.run(self.name, &body, is_set(&body)?)?.operation_json())
    }

    fn delete_execution(&self) -> Result<Value, Status> {
        let etag = self.query.get("etag");
        let check = self.query.is("validateOnly");
        Ok(self
            .jobs
            .delete_execution(self.name, etag, check)?
            .operation_json())
    }

    fn cancel(&self) -> Result<Value, Status> {
        let body = fields(self.body)?;
        let execution = self.jobs.execution(self.name)?;
        check_etag(body.get("etag").and_then(Value::as_str), &execution.etag())?;
        if is_set(&body)? {
            return Ok(execution.operation_json());
        }
        Ok(self.jobs.cancel(self.name)?.operation_json())
    }

    async fn wait(&self) -> Result<Value, Status> {
        let execution = match self.jobs.operation(self.name)? {
            Operation::Done(operation) => return Ok(operation),
            Operation::Run(execution, _) => execution,
        };
        let body = fields(self.body)?;
        let timeout = body.get("timeout").filter(|timeout| !timeout.is_null());
        let read = |timeout: &Value| timeout.as_str().and_then(duration);
        let wrong = || Status::invalid_argument("timeout must be like \"5s\"");
        let timeout = timeout
            .map(|timeout| read(timeout).ok_or_else(wrong))
            .transpose()?;
        let now = self.jobs.inner.core.clock.now_micros();
        let deadline = timeout.map(|timeout| now.saturating_add(timeout));
        Ok(self.jobs.ended(&execution, deadline).await?.operation_json())
    }
}

/// `validateOnly` of a body.
fn is_set(body: &Map<String, Value>) -> Result<bool, Status> {
    match body.get("validateOnly") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(set)) => Ok(*set),
        Some(_) => Err(Status::invalid_argument("validateOnly must be true or false")),
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
