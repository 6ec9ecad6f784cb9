//! The job around the pipeline: reads the upload from its bucket, stores what was made, tells how far it is and how it ended.
//!
//! It may run twice, also at the same time, and may die anywhere: every run of one generation writes the same names and says the same events.

mod deliver;
mod report;
mod task;
mod verdict;

use contracts::pipeline;
use runtime::{Context, Environment, JobDescription, SetupError};
use std::process::ExitCode;
use std::time::Duration;
use task::Task;

/// How often Cloud Run tries a task again.
const MAX_RETRIES: u32 = 3;

/// How long one attempt may take: four hours of 1080p take three on two cores.
const TIMEOUT: Duration = Duration::from_hours(6);

/// The job as data.
pub fn description() -> JobDescription {
    JobDescription {
        name: pipeline::JOB.to_owned(),
        max_retries: MAX_RETRIES,
        timeout_seconds: TIMEOUT.as_secs(),
    }
}

/// Runs one task to its end: 0 when it has ended for good, also when the upload is no video; 1 when it is to be tried again.
///
/// Beside what every function is told it reads the variables of [`contracts::pipeline::Order`], and the limits `VIDEO_LONG_SECONDS` (14,400),
/// `VIDEO_SHORT_SECONDS` (60) and `VIDEO_LONG_SIDE` (4,096 pixels).
pub fn main() -> ExitCode {
    // on a worker of the runtime: on Linux FFmpeg dies with the thread that started it
    runtime::job(|environment| async move { tokio::spawn(run(environment)).await? })
}

async fn run(environment: Environment) -> Result<(), SetupError> {
    let context = Context::new(pipeline::JOB, &environment)?;
    let task = Task::read(context.cloud().clone(), &environment)?;
    Box::pin(task.run()).await
}
