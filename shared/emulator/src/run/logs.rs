//! What tasks wrote: `GET /_emulator/run/logs?execution=`.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use super::Jobs;
use super::actions::not_found;
use crate::rest::RestError;
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// How much of an attempt's output is shown: its end, in bytes.
const MOST: u64 = 256 * 1024;

/// Which output: of an execution (its full name or its id), of one of its tasks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    execution: String,
    task: Option<usize>,
}

/// What each attempt of each task wrote, oldest first: `{"logs": [{"task", "attempt", "text", "size"}]}`.
pub(super) async fn serve(
    State(jobs): State<Jobs>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, RestError> {
    let execution = {
        let state = jobs.inner.state();
        let named = |name: &str| name == which.execution || name.rsplit('/').next() == Some(&which.execution);
        let found = state.executions.iter().find(|(name, _)| named(name));
        found.map(|(_, execution)| execution.clone())
    };
    let execution = execution.ok_or_else(|| not_found(&which.execution))?;
    let folder = jobs.inner.runner.logs(&execution.name);
    let mut logs = Vec::new();
    let tasks = execution.tasks.iter().enumerate();
    for (index, task) in tasks.filter(|(index, _)| which.task.is_none_or(|task| task == *index)) {
        for attempt in 0..=task.attempt {
            if let Ok((text, size)) = end(&folder.join(format!("{index}-{attempt}.log"))).await {
                logs.push(json!({"task": index, "attempt": attempt, "text": text, "size": size}));
            }
        }
    }
    Ok(Json(json!({"execution": execution.name, "logs": logs})))
}

/// The end of a file, and its whole length. An attempt that never started has none.
async fn end(path: &Path) -> io::Result<(String, u64)> {
    let mut file = tokio::fs::File::open(path).await?;
    let size = file.metadata().await?.len();
    file.seek(io::SeekFrom::Start(size.saturating_sub(MOST))).await?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).await?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), size))
}
