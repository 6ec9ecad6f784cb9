//! A task of an execution.

use serde::{Deserialize, Serialize};

/// Where a task stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// For its first attempt, or for another.
    #[default]
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// A task: one process at a time. Times are microseconds of the emulator's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Task {
    pub(crate) status: Status,
    /// The attempt that runs or comes next, from 0 on.
    pub(crate) attempt: u32,
    /// Attempts that ended badly by themselves. Those lost with the emulator use up no retry.
    pub(crate) failures: u32,
    /// How the last attempt failed.
    pub(crate) last: Option<Failure>,
    /// The process of the running attempt, for ending it after the emulator died.
    pub(crate) pid: Option<u32>,
    /// When its first attempt started.
    pub(crate) started: Option<i64>,
    /// When its last attempt ended.
    pub(crate) completed: Option<i64>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Succeeded,
    Failed(Failure),
}

/// An attempt that ended badly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Failure {
    /// A sentence about it.
    pub(crate) message: String,
    /// What the process exited with, if it did.
    pub(crate) exit_code: Option<i32>,
    /// The signal that ended the process, if one did.
    pub(crate) signal: Option<i32>,
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self {
            message: message.to_owned(),
            ..Self::default()
        }
    }
}
