//! Sending what is due: the task that runs as long as the emulator, and the pushes it starts.

use super::Inner;
use super::broker::Push;
use super::envelope::envelope;
use crate::core::Core;
use crate::outgoing;
use gcloud_sdk::google::pubsub::v1::push_config::AuthenticationMethod;
use reqwest::{Method, Response, StatusCode};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Sends what is due whenever something changed or a time came, until it is aborted or the service is gone; pushes under way end with it.
pub(crate) async fn run(service: Weak<Inner>, core: Arc<Core>, changed: Arc<Notify>) {
    // the service exists only when it says so for the first time: this task may run before it is whole
    changed.notified().await;
    let mut pushes = JoinSet::new();
    loop {
        let Some(inner) = service.upgrade() else { return };
        for push in inner.due() {
            pushes.spawn(deliver(Weak::clone(&service), Arc::clone(&core), push));
        }
        let next = inner.next_time();
        drop(inner);
        tokio::select! {
            () = changed.notified() => {}
            () = core.clock.sleep_until(next) => {}
            Some(_) = pushes.join_next() => {}
        }
    }
}

async fn deliver(service: Weak<Inner>, core: Arc<Core>, push: Push) {
    if push.lease.attempt == 1
        && core
            .faults
            .loses(&push.subscription.name, core.clock.now_micros())
    {
        let deadline = i64::from(push.subscription.ack_deadline_seconds) * 1_000_000;
        let until = core.clock.now_micros().saturating_add(deadline);
        core.clock.sleep_until(Some(until)).await;
        if let Some(inner) = service.upgrade() {
            inner.finish(&push, false);
        }
        return;
    }
    let acknowledged = match send(&core, &push).await {
        Ok(answer) => {
            if let Some(inner) = service.upgrade() {
                inner
                    .answers
                    .note(&push.subscription.name, answer.status(), answer.headers());
            }
            acknowledges(answer.status())
        }
        Err(error) => {
            tracing::debug!(subscription = push.subscription.name, %error, "a push failed");
            false
        }
    };
    if let Some(inner) = service.upgrade() {
        inner.finish(&push, acknowledged);
    }
}

/// Which answers acknowledge a push: <https://cloud.google.com/pubsub/docs/push#receive_push>.
fn acknowledges(status: StatusCode) -> bool {
    matches!(status.as_u16(), 102 | 200 | 201 | 202 | 204)
}

#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Token(#[from] crate::oidc::SignError),
}

async fn send(core: &Core, push: &Push) -> Result<Response, SendError> {
    let config = push.subscription.push_config.clone().unwrap_or_default();
    let deadline = u64::try_from(push.subscription.ack_deadline_seconds).unwrap_or(10);
    let mut request = outgoing::request(
        core,
        Method::POST,
        &config.push_endpoint,
        Duration::from_secs(deadline),
    )
    .header(http::header::USER_AGENT, "CloudPubSub-Google")
    .header(http::header::ACCEPT, "application/json");
    let envelope = envelope(push);
    for (name, value) in envelope.headers {
        request = request.header(name, value);
    }
    if let Some(AuthenticationMethod::OidcToken(oidc)) = config.authentication_method {
        let audience = if oidc.audience.is_empty() {
            config.push_endpoint
        } else {
            oidc.audience
        };
        request = request.bearer_auth(core.issuer.token(
            &audience,
            &oidc.service_account_email,
            core.clock.now_seconds(),
        )?);
    }
    Ok(request.body(envelope.body).send().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_answers_acknowledge() {
        let good: Vec<u16> = (100..600)
            .filter(|code| acknowledges(StatusCode::from_u16(*code).unwrap()))
            .collect();
        assert_eq!(good, [102, 200, 201, 202, 204]);
    }
}
