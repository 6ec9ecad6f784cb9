//! The loop around one call.

use super::policy::ATTEMPTS;
use super::{Call, Next, next, rest};
use crate::Timeouts;
use crate::deadline::Deadline;
use std::time::Duration;
use tonic::Status;

/// Makes a call, again while the table says that it is safe and may help, until the time is over. `work` is told how long it has, and is cut off then.
///
/// # Errors
/// The last status; `DEADLINE_EXCEEDED` when there was no time at all.
pub(crate) async fn repeat<T, W, F>(timeouts: Timeouts, call: Call, mut work: W) -> Result<T, Status>
where
    W: FnMut(Duration) -> F,
    F: Future<Output = Result<T, Status>>,
{
    let deadline = Deadline::after(timeouts.retrying);
    let mut failures = 0;
    loop {
        let status = match attempt(deadline.left().min(timeouts.call), &mut work).await {
            Ok(done) => return Ok(done),
            Err(status) => status,
        };
        failures += 1;
        let again = next(call, status.code()) == Next::Again;
        if !again || failures >= ATTEMPTS || !rest(failures, deadline).await {
            return Err(status);
        }
        tracing::debug!(?call, code = ?status.code(), failures, "trying again");
    }
}

/// One attempt, cut off after `limit`.
pub(crate) async fn attempt<T, F>(limit: Duration, work: impl FnOnce(Duration) -> F) -> Result<T, Status>
where
    F: Future<Output = Result<T, Status>>,
{
    if limit.is_zero() {
        return Err(Status::deadline_exceeded("no time was left for the call"));
    }
    // boxed: a call of a client's is large, and every handler's future would hold it
    tokio::time::timeout(limit, Box::pin(work(limit)))
        .await
        .unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer in time")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::within;
    use std::cell::Cell;
    use tonic::Code;

    /// How often a call is made that is answered with these codes, and then well.
    async fn calls(call: Call, codes: &[Code]) -> (u32, Result<(), Code>) {
        let made = Cell::new(0);
        let outcome = repeat(Timeouts::default(), call, |_| {
            let at = made.get();
            made.set(at + 1);
            let code = codes.get(at as usize).copied();
            async move { code.map_or(Ok(()), |code| Err(Status::new(code, "asked for"))) }
        })
        .await;
        (made.get(), outcome.map_err(|status| status.code()))
    }

    #[tokio::test]
    async fn what_passes_is_waited_out_and_what_does_not_is_told() {
        assert_eq!(calls(Call::Read, &[]).await, (1, Ok(())));
        assert_eq!(calls(Call::Read, &[Code::Unavailable; 2]).await, (3, Ok(())));
        assert_eq!(
            calls(Call::Read, &[Code::InvalidArgument]).await,
            (1, Err(Code::InvalidArgument))
        );
        assert_eq!(
            calls(Call::Read, &[Code::Unavailable; 9]).await,
            (ATTEMPTS, Err(Code::Unavailable))
        );
        assert_eq!(
            calls(Call::BareCommit, &[Code::Unavailable]).await,
            (1, Err(Code::Unavailable))
        );
        assert_eq!(calls(Call::BareCommit, &[Code::Aborted]).await, (2, Ok(())));
    }

    #[tokio::test]
    async fn a_call_that_is_never_answered_ends_all_the_same() {
        let timeouts = Timeouts {
            call: Duration::from_millis(3),
            retrying: Duration::from_millis(30),
            ..Timeouts::default()
        };
        for call in [Call::Read, Call::BareCommit] {
            let never = |_| std::future::pending::<Result<(), Status>>();
            let status = repeat(timeouts, call, never).await.unwrap_err();
            assert_eq!(status.code(), Code::DeadlineExceeded);
        }
    }

    #[tokio::test]
    async fn a_call_is_told_how_long_it_has() {
        let told = |timeouts| repeat(timeouts, Call::Read, |limit| async move { Ok(limit) });
        let timeouts = Timeouts::default();
        assert_eq!(told(timeouts).await.unwrap(), timeouts.call);
        let short = Duration::from_secs(3);
        assert!(within(short, told(timeouts)).await.unwrap() <= short);
        let status = within(Duration::ZERO, told(timeouts)).await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded);
    }
}
