//! Calling what is due: the task that runs as long as the emulator, and the calls it makes.

use super::Inner;
use super::job::{Job, Outcome, Run};
use crate::core::Core;
use crate::outgoing;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{Method, StatusCode};
use std::sync::{Arc, Weak};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tonic::Code;

/// Calls what is due whenever something changed or a time came, until it is aborted or the service is gone; calls under way end with it.
pub(crate) async fn run(service: Weak<Inner>, core: Arc<Core>, changed: Arc<Notify>) {
    // the service exists only when it says so for the first time: this task may run before it is whole
    changed.notified().await;
    let mut calls = JoinSet::new();
    loop {
        let Some(inner) = service.upgrade() else { return };
        for (job, run) in inner.due() {
            let (service, core) = (Weak::clone(&service), Arc::clone(&core));
            calls.spawn(async move {
                let outcome = call(&core, &job, &run).await;
                if let Some(inner) = service.upgrade() {
                    inner.end(&job.name, outcome);
                }
            });
        }
        let next = inner.next_time();
        drop(inner);
        tokio::select! {
            () = changed.notified() => {}
            () = core.clock.sleep_until(next) => {}
            Some(_) = calls.join_next() => {}
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Token(#[from] crate::oidc::SignError),
    #[error("the body is no base64: {0}")]
    Body(#[from] base64::DecodeError),
}

async fn call(core: &Core, job: &Job, run: &Run) -> Outcome {
    let failed = |code: Code, message: String| Outcome {
        code: Some(code.into()),
        message: Some(message),
    };
    match send(core, job, run).await {
        Ok(status) if status.is_success() => Outcome::default(),
        Ok(status) => failed(code(status), format!("the target answered {status}")),
        Err(CallError::Http(error)) if error.is_timeout() => {
            failed(Code::DeadlineExceeded, error.to_string())
        }
        Err(error) => failed(Code::Unavailable, error.to_string()),
    }
}

/// The code that stands for an HTTP status, by `google/rpc/code.proto`.
fn code(status: StatusCode) -> Code {
    match status.as_u16() {
        400 => Code::InvalidArgument,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::NotFound,
        409 => Code::Aborted,
        429 => Code::ResourceExhausted,
        501 => Code::Unimplemented,
        503 => Code::Unavailable,
        504 => Code::DeadlineExceeded,
        500..=599 => Code::Internal,
        _ => Code::Unknown,
    }
}

/// One attempt, with the headers of <https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#httptarget>.
async fn send(core: &Core, job: &Job, run: &Run) -> Result<StatusCode, CallError> {
    let target = job.http_target.clone().unwrap_or_default();
    let method = Method::from_bytes(target.http_method.0.as_bytes()).unwrap_or(Method::POST);
    let id = job.name.rsplit('/').next().unwrap_or_default();
    let mut request = outgoing::request(core, method, &target.uri, job.deadline())
        .header(http::header::USER_AGENT, "Google-Cloud-Scheduler")
        .header("X-CloudScheduler", "true")
        .header("X-CloudScheduler-JobName", id)
        .header("X-CloudScheduler-ScheduleTime", run.scheduled.to_string());
    let typed = target
        .headers
        .keys()
        .any(|name| name.eq_ignore_ascii_case("content-type"));
    if !target.body.is_empty() && !typed {
        request = request.header(http::header::CONTENT_TYPE, "application/octet-stream");
    }
    for (name, value) in &target.headers {
        request = request.header(name, value);
    }
    if let Some(oidc) = target.oidc_token {
        let audience = if oidc.audience.is_empty() {
            target.uri
        } else {
            oidc.audience
        };
        let now = core.clock.now_seconds();
        request = request.bearer_auth(core.issuer.token(&audience, &oidc.service_account_email, now)?);
    }
    Ok(request
        .body(BASE64_STANDARD.decode(&target.body)?)
        .send()
        .await?
        .status())
}
