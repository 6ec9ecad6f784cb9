//! The same table for Google's own clients.

use super::policy::ATTEMPTS;
use super::{Call, Next, next};
use crate::Timeouts;
use google_cloud_gax::error::Error;
use google_cloud_gax::retry_policy::RetryPolicy;
use google_cloud_gax::retry_result::RetryResult;
use google_cloud_gax::retry_state::RetryState;
use std::time::Duration;
use tonic::Code;

/// Tries `call` again as the table says, for as long as `limit`. Google's clients pause with full jitter of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) call: Call,
    pub(crate) limit: Duration,
}

impl Policy {
    pub(crate) const fn new(call: Call, timeouts: Timeouts) -> Self {
        Self {
            call,
            limit: timeouts.retrying,
        }
    }
}

impl RetryPolicy for Policy {
    fn on_error(&self, state: &RetryState, error: Error) -> RetryResult {
        if next(self.call, code(&error)) != Next::Again {
            return RetryResult::Permanent(error);
        }
        let over = self.remaining_time(state).is_some_and(|left| left.is_zero());
        if over || state.attempt_count >= ATTEMPTS {
            RetryResult::Exhausted(error)
        } else {
            RetryResult::Continue(error)
        }
    }

    fn remaining_time(&self, state: &RetryState) -> Option<Duration> {
        Some(self.limit.saturating_sub(state.start.elapsed()))
    }
}

/// The code of an error, whichever way it came about.
pub(crate) fn code(error: &Error) -> Code {
    if let Some(status) = error.status() {
        return Code::from_i32(status.code as i32);
    }
    if let Some(status) = error.http_status_code() {
        return of_http(status);
    }
    if error.is_timeout() {
        return Code::DeadlineExceeded;
    }
    let broken = error.is_io() || error.is_connect() || error.is_transport();
    if broken || error.is_transient_and_before_rpc() {
        return Code::Unavailable;
    }
    // a request that could not be made, an answer that could not be read
    Code::InvalidArgument
}

/// As `google/rpc/code.proto` maps them; 408 is what Cloud Storage says when an upload stalls.
pub(crate) fn of_http(status: u16) -> Code {
    match status {
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::NotFound,
        408 | 504 => Code::DeadlineExceeded,
        409 => Code::AlreadyExists,
        412 => Code::FailedPrecondition,
        429 => Code::ResourceExhausted,
        499 => Code::Cancelled,
        501 => Code::Unimplemented,
        500 => Code::Internal,
        502 | 503 => Code::Unavailable,
        400..500 => Code::InvalidArgument,
        _ => Code::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use google_cloud_gax::error::rpc::{Code as Theirs, Status};
    use std::time::Instant;

    fn policy(call: Call) -> Policy {
        Policy::new(call, Timeouts::default())
    }

    fn service(code: Theirs) -> Error {
        Error::service(Status::default().set_code(code))
    }

    #[test]
    fn the_table_is_the_same() {
        let fresh = RetryState::new(true).set_attempt_count(1_u32);
        for code in (1..=16).map(Code::from_i32) {
            let theirs = Theirs::from(code as i32);
            for call in [Call::Publish, Call::RunJob, Call::Store] {
                let result = policy(call).on_error(&fresh, service(theirs));
                assert_eq!(result.is_continue(), next(call, code) == Next::Again, "{code:?}");
            }
        }
    }

    #[test]
    fn answers_without_a_status_are_known_too() {
        let http = |status| code(&Error::http(status, http::HeaderMap::new(), bytes::Bytes::new()));
        assert_eq!(http(503), Code::Unavailable);
        assert_eq!(http(429), Code::ResourceExhausted);
        assert_eq!(http(412), Code::FailedPrecondition);
        assert_eq!(http(400), Code::InvalidArgument);
        assert_eq!(code(&Error::timeout("late")), Code::DeadlineExceeded);
        assert_eq!(code(&Error::io("reset")), Code::Unavailable);
        assert_eq!(code(&Error::ser("no JSON")), Code::InvalidArgument);
    }

    #[test]
    fn it_ends_by_number_and_by_time() {
        let policy = policy(Call::Publish);
        let tired = RetryState::new(true).set_attempt_count(ATTEMPTS);
        assert!(
            policy
                .on_error(&tired, service(Theirs::Unavailable))
                .is_exhausted()
        );
        let long_ago = Instant::now().checked_sub(policy.limit * 2);
        let late = RetryState::new(true).set_start(long_ago.unwrap());
        assert!(
            policy
                .on_error(&late, service(Theirs::Unavailable))
                .is_exhausted()
        );
        let denied = policy.on_error(&RetryState::new(true), service(Theirs::PermissionDenied));
        assert!(denied.is_permanent());
    }
}
