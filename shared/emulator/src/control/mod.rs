//! The control surface, `/_emulator/...`: what tests ask the emulator beside Google's protocols.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

mod inside;
mod page;
mod reset;
mod state;
#[cfg(test)]
mod tests;

use crate::core::Emulator;
use crate::rest::RestError;
use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::routing::{get, post, put};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// What concerns all services; each service adds its own paths in its own router.
pub(crate) fn router(emulator: Emulator) -> Router {
    Router::new()
        .route(
            "/_emulator/health",
            get(|| async { Json(json!({"status": "ok"})) }),
        )
        .route("/_emulator", get(page::page))
        .route("/_emulator/", get(page::page))
        .route("/_emulator/projects", get(state::projects))
        .route("/_emulator/state", get(state::state))
        .route("/_emulator/reset", post(reset::reset))
        .route("/_emulator/settled", get(settled))
        .route("/_emulator/clock", put(set_clock).get(clock))
        .route("/_emulator/hosts", put(set_host))
        .with_state(emulator)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfProject {
    project: Option<String>,
}

/// Whether nothing is under way or waits: no delivery, no run of a schedule, no execution of a job.
async fn settled(State(emulator): State<Emulator>, Query(asked): Query<OfProject>) -> Json<Value> {
    let pending = pending(&emulator, asked.project.as_deref());
    Json(json!({"settled": pending.is_empty(), "pending": pending}))
}

/// What is under way or waits, in one project or all.
fn pending(emulator: &Emulator, project: Option<&str>) -> Vec<String> {
    let pending = look(emulator, project);
    if pending.is_empty() {
        // work moves in a circle (object, message, job, message), so one round may miss what moved behind it
        return look(emulator, project);
    }
    pending
}

/// What waits, in the order in which work moves.
fn look(emulator: &Emulator, project: Option<&str>) -> Vec<String> {
    let mut pending = emulator.storage.pending(project);
    pending.extend(emulator.scheduler.pending(project));
    pending.extend(emulator.jobs.pending(project));
    pending.extend(emulator.pubsub.pending(project));
    pending.extend(emulator.jobs.pending(project));
    pending
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockBody {
    offset_millis: i64,
}

async fn set_clock(
    State(emulator): State<Emulator>,
    body: Result<Json<ClockBody>, JsonRejection>,
) -> Result<Json<Value>, RestError> {
    emulator
        .core
        .clock
        .set_offset(body?.0.offset_millis.saturating_mul(1000));
    Ok(clock(State(emulator)).await)
}

async fn clock(State(emulator): State<Emulator>) -> Json<Value> {
    let clock = &emulator.core.clock;
    Json(json!({"offsetMillis": clock.offset_micros() / 1000, "nowMillis": clock.now_micros() / 1000}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostBody {
    suffix: String,
    address: SocketAddr,
}

async fn set_host(
    State(emulator): State<Emulator>,
    body: Result<Json<HostBody>, JsonRejection>,
) -> Result<StatusCode, RestError> {
    let Json(HostBody { suffix, address }) = body?;
    emulator.set_host(&suffix, address);
    Ok(StatusCode::NO_CONTENT)
}
