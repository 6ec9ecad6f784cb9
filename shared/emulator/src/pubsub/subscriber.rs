//! `google.pubsub.v1.Subscriber` over gRPC, and what pulls share with REST.

use super::Inner;
use super::broker::Broker;
use super::queue::{Lease, Taker};
use super::streaming;
use crate::grpc::{both_streams, method, unary, unary_now, unimplemented};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, DeleteSubscriptionRequest, GetSubscriptionRequest, ListSubscriptionsRequest,
    ListSubscriptionsResponse, ModifyAckDeadlineRequest, ModifyPushConfigRequest, PullRequest, PullResponse,
    ReceivedMessage, Subscription, UpdateSubscriptionRequest,
};
use std::sync::Arc;
use std::time::Duration;
use tonic::Status;

const SERVICE: &str = "google.pubsub.v1.Subscriber";
/// How long a pull waits for a message before it answers without.
const PULL_WAIT: Duration = Duration::from_secs(20);
/// The most messages one pull answers.
const MAX_PULL: usize = 1000;
/// The most bytes of data one pull answers, roughly.
const MAX_PULL_BYTES: usize = 10_000_000;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/google.pubsub.v1.Subscriber/{method}", post(call))
        .with_state(inner)
}

async fn call(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let name = method(&request);
    match name.as_str() {
        "Pull" => unary(request, move |asked| pull(Arc::clone(&inner), asked)).await,
        "StreamingPull" => {
            both_streams(request, move |asked| streaming::pull(Arc::clone(&inner), asked)).await
        }
        "Acknowledge" => unary_now(request, move |asked| acknowledge(&inner, &asked)).await,
        "ModifyAckDeadline" => unary_now(request, move |asked| modify_deadline(&inner, &asked)).await,
        "CreateSubscription" => unary_now(request, move |asked| create(&inner, asked)).await,
        "GetSubscription" => {
            let get = move |asked: GetSubscriptionRequest| {
                inner
                    .lock()
                    .subscription(&asked.subscription)
                    .map(|found| found.config.clone())
            };
            unary_now(request, get).await
        }
        "UpdateSubscription" => unary_now(request, move |asked| update(&inner, asked)).await,
        "ListSubscriptions" => unary_now(request, move |asked| list(&inner, &asked)).await,
        "DeleteSubscription" => unary_now(request, move |asked| delete(&inner, &asked)).await,
        "ModifyPushConfig" => unary_now(request, move |asked| modify_push(&inner, asked)).await,
        other => unimplemented(SERVICE, other),
    }
}

/// Pulls at once, or waits for the first message.
pub(crate) async fn pull(inner: Arc<Inner>, asked: PullRequest) -> Result<PullResponse, Status> {
    let max_messages = usize::try_from(asked.max_messages).ok().filter(|most| *most > 0);
    let max_messages =
        max_messages.ok_or_else(|| Status::invalid_argument("max_messages must be positive."))?;
    #[expect(deprecated, reason = "it has a meaning as long as clients send it")]
    let at_once = asked.return_immediately;
    let owner = inner.new_owner();
    let wait = async {
        loop {
            let arrived = inner.lock().subscription(&asked.subscription)?.arrived.clone();
            let news = arrived.notified();
            let received_messages = take(
                &inner,
                &asked.subscription,
                None,
                owner,
                max_messages.min(MAX_PULL),
                MAX_PULL_BYTES,
            )?;
            if at_once || !received_messages.is_empty() {
                return Ok(PullResponse { received_messages });
            }
            news.await;
        }
    };
    tokio::time::timeout(PULL_WAIT, wait)
        .await
        .unwrap_or_else(|_| Ok(PullResponse::default()))
}

/// Leases messages for the subscription's deadline, or for `deadline` seconds.
pub(crate) fn take(
    inner: &Inner,
    subscription: &str,
    deadline: Option<i32>,
    owner: u64,
    max_messages: usize,
    max_bytes: usize,
) -> Result<Vec<ReceivedMessage>, Status> {
    inner.step(|broker, now, changes| {
        let seconds = deadline.unwrap_or(broker.subscription(subscription)?.config.ack_deadline_seconds);
        let until = Some(now + i64::from(seconds) * 1_000_000);
        let taker = Taker {
            owner,
            until,
            one_per_key: false,
            max_messages,
            max_bytes,
        };
        let leases = broker.pull(subscription, &taker, now, changes)?;
        let state = broker.subscription(subscription)?;
        Ok(leases
            .iter()
            .map(|lease| received(lease, state.delivery_attempt(lease)))
            .collect())
    })
}

fn received(lease: &Lease, delivery_attempt: i32) -> ReceivedMessage {
    ReceivedMessage {
        ack_id: format!("{}-{}", lease.id, lease.attempt),
        message: Some(lease.message.message.clone()),
        delivery_attempt,
    }
}

/// The delivery and the attempt that an ack id names.
fn parse_ack_id(ack_id: &str) -> Result<(u64, u32), Status> {
    let parsed = ack_id
        .split_once('-')
        .and_then(|(id, attempt)| Some((id.parse().ok()?, attempt.parse().ok()?)));
    parsed.ok_or_else(|| Status::invalid_argument(format!("Invalid ack_id given (ack_id={ack_id}).")))
}

/// Acknowledges; ids of deliveries that are gone are passed over.
pub(crate) fn acknowledge(inner: &Inner, asked: &AcknowledgeRequest) -> Result<(), Status> {
    let ids = asked
        .ack_ids
        .iter()
        .map(|id| parse_ack_id(id))
        .collect::<Result<Vec<_>, _>>()?;
    inner.step(|broker, _, changes| {
        broker.subscription(&asked.subscription)?;
        for (id, attempt) in ids {
            broker.acknowledge(&asked.subscription, id, attempt, changes);
        }
        Ok(())
    })
}

/// Moves the end of leases; zero gives them back.
pub(crate) fn modify_deadline(inner: &Inner, asked: &ModifyAckDeadlineRequest) -> Result<(), Status> {
    if !(0..=600).contains(&asked.ack_deadline_seconds) {
        return Err(Status::invalid_argument(
            "ack_deadline_seconds must be from 0 to 600.",
        ));
    }
    let ids = asked
        .ack_ids
        .iter()
        .map(|id| parse_ack_id(id))
        .collect::<Result<Vec<_>, _>>()?;
    let name = &asked.subscription;
    inner.step(|broker: &mut Broker, now, changes| {
        broker.subscription(name)?;
        for (id, attempt) in ids {
            match i64::from(asked.ack_deadline_seconds) {
                0 => broker.give_back(name, id, attempt, now, changes),
                seconds => broker.extend(name, id, attempt, now + seconds * 1_000_000),
            }
        }
        Ok(())
    })?;
    // an extended lease is no change to store, but the next time may be another
    inner.changed.notify_one();
    Ok(())
}

fn create(inner: &Inner, asked: Subscription) -> Result<Subscription, Status> {
    inner.step(|broker, _, changes| broker.create_subscription(asked, changes))
}

fn update(inner: &Inner, asked: UpdateSubscriptionRequest) -> Result<Subscription, Status> {
    let subscription = asked
        .subscription
        .ok_or_else(|| Status::invalid_argument("The subscription must be set."))?;
    let paths = asked.update_mask.unwrap_or_default().paths;
    inner.step(|broker, _, changes| broker.update_subscription(&subscription, &paths, changes))
}

fn list(inner: &Inner, asked: &ListSubscriptionsRequest) -> Result<ListSubscriptionsResponse, Status> {
    let page = inner
        .lock()
        .list_subscriptions(&asked.project, asked.page_size, &asked.page_token)?;
    Ok(ListSubscriptionsResponse {
        subscriptions: page.0,
        next_page_token: page.1,
    })
}

fn delete(inner: &Inner, asked: &DeleteSubscriptionRequest) -> Result<(), Status> {
    inner.step(|broker, _, changes| broker.delete_subscription(&asked.subscription, changes))
}

fn modify_push(inner: &Inner, asked: ModifyPushConfigRequest) -> Result<(), Status> {
    inner.step(|broker, _, changes| broker.modify_push(&asked.subscription, asked.push_config, changes))
}
