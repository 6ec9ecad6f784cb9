//! Faults on request: the next calls of a method fail, before or after their work is done.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use super::engine::Engine;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::{Arc, PoisonError};
use tonic::{Code, Status};

/// What is to go wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

/// `PUT /_emulator/firestore/faults`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Only calls about this project fail.
    project: String,
    /// A method's name (`Commit`), or `*`.
    method: String,
    code: FaultCode,
    /// How often; 0 takes the fault away.
    times: u32,
    /// Whether the work is done first, so that the caller cannot know that it was.
    #[serde(default)]
    after: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FaultCode {
    Aborted,
    Unavailable,
    DeadlineExceeded,
    Internal,
    ResourceExhausted,
}

impl From<FaultCode> for Code {
    fn from(code: FaultCode) -> Self {
        match code {
            FaultCode::Aborted => Self::Aborted,
            FaultCode::Unavailable => Self::Unavailable,
            FaultCode::DeadlineExceeded => Self::DeadlineExceeded,
            FaultCode::Internal => Self::Internal,
            FaultCode::ResourceExhausted => Self::ResourceExhausted,
        }
    }
}

impl Faults {
    /// Sets a fault in the place of one for the same project, method and moment.
    fn set(&mut self, fault: Fault) {
        let same = |other: &Fault| {
            (&other.project, &other.method, other.after) == (&fault.project, &fault.method, fault.after)
        };
        self.waiting.retain(|other| !same(other));
        self.waiting.push(fault);
    }

    /// Uses up one fault of a call at this moment, if there is one.
    pub(crate) fn take(&mut self, project: &str, method: &str, after: bool) -> Result<(), Status> {
        let meant = |fault: &&mut Fault| {
            let named = fault.method == "*" || fault.method == method;
            fault.project == project && named && fault.after == after && fault.times > 0
        };
        let Some(fault) = self.waiting.iter_mut().find(meant) else {
            return Ok(());
        };
        fault.times -= 1;
        let code = fault.code;
        self.waiting.retain(|fault| fault.times > 0);
        Err(Status::new(code.into(), "a fault that was asked for"))
    }
}

/// `PUT /_emulator/firestore/faults`.
pub(crate) async fn put(State(engine): State<Arc<Engine>>, Json(fault): Json<Fault>) -> StatusCode {
    engine
        .faults
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .set(fault);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_up_by_the_calls_it_names() {
        let mut faults = Faults::default();
        let fault = |method: &str, times| Fault {
            project: "p".into(),
            method: method.into(),
            code: FaultCode::Aborted,
            times,
            after: false,
        };
        faults.set(fault("Commit", 2));
        assert!(faults.take("q", "Commit", false).is_ok());
        assert!(faults.take("p", "RunQuery", false).is_ok());
        assert!(faults.take("p", "Commit", true).is_ok());
        assert_eq!(
            faults.take("p", "Commit", false).unwrap_err().code(),
            Code::Aborted
        );
        assert!(faults.take("p", "Commit", false).is_err());
        assert!(faults.take("p", "Commit", false).is_ok());
        faults.set(fault("*", 1));
        assert!(faults.take("p", "RunQuery", false).is_err());
    }
}
