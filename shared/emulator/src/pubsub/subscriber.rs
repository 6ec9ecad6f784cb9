//! `google.pubsub.v1.Subscriber` over gRPC, and what pulls share with REST.

use super::Inner;
use super::acks::{self, Verdict, ack_id};
use super::queue::{Lease, Taker};
use super::{snapshots, streaming};
use crate::grpc::{both_streams, method, unary, unary_now, unimplemented};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, DeleteSubscriptionRequest, GetSubscriptionRequest, ListSubscriptionsRequest,
    ListSubscriptionsResponse, ModifyAckDeadlineRequest, ModifyPushConfigRequest, PullRequest, PullResponse,
    ReceivedMessage, SeekRequest, SeekResponse, Subscription, UpdateSubscriptionRequest,
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
const MAX_PULL_BYTES: u64 = 10_000_000;

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
        "Acknowledge" => unary_now(request, move |asked| acknowledge(&inner, asked)).await,
        "ModifyAckDeadline" => unary_now(request, move |asked| modify_deadline(&inner, asked)).await,
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
        "Seek" => unary_now(request, move |asked| seek(&inner, &asked)).await,
        "CreateSnapshot" => unary_now(request, move |asked| snapshots::create(&inner, asked)).await,
        "GetSnapshot" => unary_now(request, move |asked| snapshots::get(&inner, &asked)).await,
        "UpdateSnapshot" => unary_now(request, move |asked| snapshots::update(&inner, asked)).await,
        "ListSnapshots" => unary_now(request, move |asked| snapshots::list(&inner, &asked)).await,
        "DeleteSnapshot" => unary_now(request, move |asked| snapshots::delete(&inner, &asked)).await,
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
    max_bytes: u64,
) -> Result<Vec<ReceivedMessage>, Status> {
    inner.step(|broker, store, now| {
        let seconds = deadline.unwrap_or(broker.subscription(subscription)?.config.ack_deadline_seconds);
        let until = Some(now + i64::from(seconds) * 1_000_000);
        let taker = Taker {
            owner,
            until,
            one_per_key: false,
            max_messages,
            max_bytes,
        };
        broker.touch(store, subscription, now)?;
        let leases = broker.pull(store, subscription, &taker, now)?;
        let state = broker.subscription(subscription)?;
        let received = |lease: Lease| ReceivedMessage {
            ack_id: ack_id(lease.id, lease.attempt),
            delivery_attempt: state.delivery_attempt(&lease),
            message: Some(lease.message.message),
        };
        Ok(leases.into_iter().map(received).collect())
    })
}

/// Acknowledges; ids of deliveries that are gone are passed over.
pub(crate) fn acknowledge(inner: &Inner, asked: AcknowledgeRequest) -> Result<(), Status> {
    some_ids(&asked.ack_ids)?;
    let ids = asked.ack_ids.into_iter().map(|id| (id, Verdict::Acknowledge));
    acks::settle(inner, &asked.subscription, &ids.collect::<Vec<_>>())?.into_answer()
}

/// Moves the end of leases; zero gives them back.
pub(crate) fn modify_deadline(inner: &Inner, asked: ModifyAckDeadlineRequest) -> Result<(), Status> {
    some_ids(&asked.ack_ids)?;
    let verdict = Verdict::Deadline(asked.ack_deadline_seconds);
    let ids = asked.ack_ids.into_iter().map(|id| (id, verdict));
    acks::settle(inner, &asked.subscription, &ids.collect::<Vec<_>>())?.into_answer()
}

/// The reference: `ack_ids` "must not be empty".
fn some_ids(ack_ids: &[String]) -> Result<(), Status> {
    if ack_ids.is_empty() {
        return Err(Status::invalid_argument("ack_ids must not be empty."));
    }
    Ok(())
}

/// Takes a subscription to a time or a snapshot.
pub(crate) fn seek(inner: &Inner, asked: &SeekRequest) -> Result<SeekResponse, Status> {
    inner.step(|broker, store, now| broker.seek(store, asked, now))?;
    Ok(SeekResponse {})
}

fn create(inner: &Inner, asked: Subscription) -> Result<Subscription, Status> {
    inner.step(|broker, store, now| broker.create_subscription(store, asked, now))
}

fn update(inner: &Inner, asked: UpdateSubscriptionRequest) -> Result<Subscription, Status> {
    let subscription = asked
        .subscription
        .ok_or_else(|| Status::invalid_argument("The subscription must be set."))?;
    let paths = asked.update_mask.unwrap_or_default().paths;
    inner.step(|broker, store, now| broker.update_subscription(store, &subscription, &paths, now))
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
    inner.step(|broker, store, _| broker.delete_subscription(store, &asked.subscription))
}

fn modify_push(inner: &Inner, asked: ModifyPushConfigRequest) -> Result<(), Status> {
    inner.step(|broker, store, now| broker.modify_push(store, &asked.subscription, asked.push_config, now))
}
