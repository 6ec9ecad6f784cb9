//! `google.pubsub.v1.Publisher` over gRPC.

use super::Inner;
use crate::grpc::{method, unary, unary_now, unimplemented};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use gcloud_sdk::google::pubsub::v1::{
    DeleteTopicRequest, DetachSubscriptionRequest, DetachSubscriptionResponse, GetTopicRequest,
    ListTopicSnapshotsRequest, ListTopicSnapshotsResponse, ListTopicSubscriptionsRequest,
    ListTopicSubscriptionsResponse, ListTopicsRequest, ListTopicsResponse, PublishRequest, PublishResponse,
    Topic, UpdateTopicRequest,
};
use std::sync::Arc;
use tonic::Status;

const SERVICE: &str = "google.pubsub.v1.Publisher";

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/google.pubsub.v1.Publisher/{method}", post(call))
        .with_state(inner)
}

async fn call(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let name = method(&request);
    match name.as_str() {
        "Publish" => unary(request, move |asked| publish(Arc::clone(&inner), asked)).await,
        "CreateTopic" => {
            unary_now(request, move |topic: Topic| {
                inner.step(|broker, store, _| broker.create_topic(store, topic))
            })
            .await
        }
        "GetTopic" => {
            unary_now(request, move |asked: GetTopicRequest| {
                inner.lock().get_topic(&asked.topic)
            })
            .await
        }
        "UpdateTopic" => unary_now(request, move |asked| update(&inner, asked)).await,
        "ListTopics" => unary_now(request, move |asked| list(&inner, &asked)).await,
        "ListTopicSnapshots" => unary_now(request, move |asked| snapshots(&inner, &asked)).await,
        "ListTopicSubscriptions" => unary_now(request, move |asked| subscriptions(&inner, &asked)).await,
        "DeleteTopic" => {
            let delete = move |asked: DeleteTopicRequest| {
                inner.step(|broker, store, _| broker.delete_topic(store, &asked.topic))
            };
            unary_now(request, delete).await
        }
        "DetachSubscription" => unary_now(request, move |asked| detach(&inner, &asked)).await,
        other => unimplemented(SERVICE, other),
    }
}

async fn publish(inner: Arc<Inner>, asked: PublishRequest) -> Result<PublishResponse, Status> {
    let message_ids = inner.publish(&asked.topic, asked.messages).await?;
    Ok(PublishResponse { message_ids })
}

fn update(inner: &Inner, asked: UpdateTopicRequest) -> Result<Topic, Status> {
    let topic = asked
        .topic
        .ok_or_else(|| Status::invalid_argument("The topic must be set."))?;
    let paths = asked.update_mask.unwrap_or_default().paths;
    inner.step(|broker, store, now| broker.update_topic(store, &topic, &paths, now))
}

fn list(inner: &Inner, asked: &ListTopicsRequest) -> Result<ListTopicsResponse, Status> {
    let (topics, next_page_token) =
        inner
            .lock()
            .list_topics(&asked.project, asked.page_size, &asked.page_token)?;
    Ok(ListTopicsResponse {
        topics,
        next_page_token,
    })
}

fn subscriptions(
    inner: &Inner,
    asked: &ListTopicSubscriptionsRequest,
) -> Result<ListTopicSubscriptionsResponse, Status> {
    let page = inner
        .lock()
        .subscriptions_of(&asked.topic, asked.page_size, &asked.page_token)?;
    Ok(ListTopicSubscriptionsResponse {
        subscriptions: page.0,
        next_page_token: page.1,
    })
}

fn snapshots(inner: &Inner, asked: &ListTopicSnapshotsRequest) -> Result<ListTopicSnapshotsResponse, Status> {
    let page = inner
        .lock()
        .snapshots_of(&asked.topic, asked.page_size, &asked.page_token)?;
    Ok(ListTopicSnapshotsResponse {
        snapshots: page.0,
        next_page_token: page.1,
    })
}

fn detach(inner: &Inner, asked: &DetachSubscriptionRequest) -> Result<DetachSubscriptionResponse, Status> {
    inner.step(|broker, store, _| broker.detach(store, &asked.subscription))?;
    Ok(DetachSubscriptionResponse {})
}
