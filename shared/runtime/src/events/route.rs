//! `POST /events/{subscription}`.

use super::envelope::Push;
use crate::extract::Buffered;
use crate::schedule::done;
use crate::{Context, Error, Result};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use contracts::{DomainEvent, Event, Refusal};

/// `notifications` and `comment.created` make `notifications-comment-created`.
pub(crate) fn subscription_name(function: &str, event: &str) -> String {
    format!("{function}-{}", event.to_lowercase().replace(['.', '_'], "-"))
}

/// The route of one subscription: OIDC, decoding, handler, 204. Anything else is a 5xx or 4xx, which Pub/Sub delivers again and, after
/// ten deliveries, puts with the dead letters.
pub(crate) fn route<E, S, F, Fut>(context: Context, handle: F) -> MethodRouter<S>
where
    E: DomainEvent,
    S: Clone + Send + Sync + 'static,
    F: Fn(Event<E>, S) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    post(
        move |State(state): State<S>, headers: HeaderMap, Extension(Buffered(body)): Extension<Buffered>| async move {
            if let Err(error) = authorised(&context, &headers).await {
                return error.into_response();
            }
            match read::<E>(&body) {
                Ok((push, event)) => push.trace().scope(run(event, state, handle)).await,
                Err(error) => error.into_response(),
            }
        },
    )
}

fn read<E: DomainEvent>(body: &[u8]) -> Result<(Push, Event<E>)> {
    let push: Push = serde_json::from_slice(body).map_err(Error::failed)?;
    let event = push.event::<E>().map_err(Error::Failed)?;
    Ok((push, event))
}

async fn run<E, S, F, Fut>(event: Event<E>, state: S, handle: F) -> Response
where
    E: DomainEvent,
    F: Fn(Event<E>, S) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let (id, time) = (event.id, event.time);
    let outcome = handle(event, state).await;
    let lag = contracts::Clock::system().now().since(time);
    let lag_ms = u64::try_from(lag.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(event.kind = E::TYPE, event.id = %id, event.lag_ms = lag_ms, event.ok = outcome.is_ok(), "handled an event");
    done(outcome)
}

/// # Errors
/// 401 unless the request carries the token of the project's own account.
pub(crate) async fn authorised(context: &Context, headers: &HeaderMap) -> Result<()> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let token = crate::extract::bearer(header)
        .ok_or_else(|| Refusal::unauthenticated("missing_token", "a token of Google's is needed"))?;
    Ok(context.oidc().verify(token).await?)
}
