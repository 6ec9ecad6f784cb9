//! What is done by the clock.

use crate::Error;
use crate::events::authorised;
use crate::{Context, Result};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};

/// How often. Cloud Scheduler knows no less than a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Every(String);

impl Every {
    /// Every `n` minutes (1 to 59).
    pub fn minutes(n: u8) -> Self {
        Self(if n <= 1 {
            "* * * * *".to_owned()
        } else {
            format!("*/{n} * * * *")
        })
    }

    /// Every `n` hours (1 to 23), on the hour.
    pub fn hours(n: u8) -> Self {
        Self(if n <= 1 {
            "0 * * * *".to_owned()
        } else {
            format!("0 */{n} * * *")
        })
    }

    /// As unix-cron.
    pub(crate) fn into_cron(self) -> String {
        self.0
    }
}

/// The route of one schedule.
pub(crate) fn route<S, F, Fut>(context: Context, run: F) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(S) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    post(move |State(state): State<S>, request: Request| async move {
        match authorised(&context, request.headers()).await {
            Ok(()) => done(run(state).await),
            Err(error) => error.into_response(),
        }
    })
}

/// 204, or a 5xx so that it comes again.
pub(crate) fn done(outcome: Result<()>) -> Response {
    match outcome {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(Error::Refused(refusal)) => Error::failed(refusal).into_response(),
        Err(error) => error.into_response(),
    }
}
