//! Pulling over gRPC.

use super::*;
use gcloud_sdk::google::pubsub::v1::publisher_client::PublisherClient;
use gcloud_sdk::google::pubsub::v1::subscriber_client::SubscriberClient;
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, ModifyAckDeadlineRequest, PublishRequest, PubsubMessage, PullRequest,
    ReceivedMessage, StreamingPullRequest, Subscription, Topic,
};
use tokio::sync::mpsc;
use tonic::Code;
use tonic::transport::Channel;

pub(super) fn message(data: &str, key: &str) -> PubsubMessage {
    PubsubMessage {
        data: data.as_bytes().to_vec(),
        ordering_key: key.to_owned(),
        ..Default::default()
    }
}

pub(super) fn texts(received: &[ReceivedMessage]) -> Vec<String> {
    let text = |r: &ReceivedMessage| String::from_utf8(r.message.clone().unwrap().data).unwrap();
    received.iter().map(text).collect()
}

pub(super) async fn channel(served: &Served) -> Channel {
    let channel = Channel::from_shared(format!("http://{}", served.address)).unwrap();
    channel.connect().await.unwrap()
}

/// A topic `posts` and an ordered subscription `feed` for pulling, made over gRPC.
pub(super) async fn grpc(served: &Served) -> (PublisherClient<Channel>, SubscriberClient<Channel>) {
    let mut publisher = PublisherClient::new(channel(served).await);
    let mut subscriber = SubscriberClient::new(channel(served).await);
    let (name, topic) = (
        "projects/p/subscriptions/feed".to_owned(),
        "projects/p/topics/posts".to_owned(),
    );
    publisher
        .create_topic(Topic {
            name: topic.clone(),
            ..Default::default()
        })
        .await
        .unwrap();
    let subscription = Subscription {
        name,
        topic,
        enable_message_ordering: true,
        ..Default::default()
    };
    let made = subscriber
        .create_subscription(subscription.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(made.ack_deadline_seconds, 10);
    assert_eq!(
        subscriber
            .create_subscription(subscription)
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
    (publisher, subscriber)
}

#[tokio::test]
async fn pulled_messages_come_again_until_they_are_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (mut publisher, mut subscriber) = grpc(&served).await;
    let topic = "projects/p/topics/posts".to_owned();
    let subscription = "projects/p/subscriptions/feed".to_owned();
    let messages = vec![message("one", ""), message("two", "")];
    let ids = publisher
        .publish(PublishRequest { topic, messages })
        .await
        .unwrap()
        .into_inner()
        .message_ids;
    assert_eq!(ids.len(), 2);

    let pull = PullRequest {
        subscription: subscription.clone(),
        max_messages: 10,
        ..Default::default()
    };
    let first = subscriber
        .pull(pull.clone())
        .await
        .unwrap()
        .into_inner()
        .received_messages;
    assert_eq!(texts(&first), ["one", "two"]);
    let acknowledge = |ack_ids| AcknowledgeRequest {
        subscription: subscription.clone(),
        ack_ids,
    };
    let of_nothing = subscriber.acknowledge(acknowledge(Vec::new())).await;
    assert_eq!(of_nothing.unwrap_err().code(), Code::InvalidArgument);
    let ack_ids = vec![first[0].ack_id.clone()];
    subscriber.acknowledge(acknowledge(ack_ids)).await.unwrap();
    let ack_ids = vec![first[1].ack_id.clone()];
    let nack = ModifyAckDeadlineRequest {
        subscription: subscription.clone(),
        ack_ids,
        ack_deadline_seconds: 0,
    };
    subscriber.modify_ack_deadline(nack).await.unwrap();
    let second = subscriber
        .pull(pull.clone())
        .await
        .unwrap()
        .into_inner()
        .received_messages;
    assert_eq!(texts(&second), ["two"]);
    // the lease ends by time alone, while a pull waits
    let waiting = tokio::spawn({
        let (mut subscriber, pull) = (subscriber.clone(), pull.clone());
        async move {
            subscriber
                .pull(pull)
                .await
                .unwrap()
                .into_inner()
                .received_messages
        }
    });
    served
        .done("PUT", "/_emulator/clock", json!({"offsetMillis": 11_000}))
        .await;
    assert_eq!(texts(&waiting.await.unwrap()), ["two"]);
    // and at last it is past its retention
    served
        .done(
            "PUT",
            "/_emulator/clock",
            json!({"offsetMillis": 8 * 24 * 3_600_000_i64}),
        )
        .await;
    served.settle().await;
}

#[tokio::test]
async fn a_stream_gets_a_key_in_order_without_waiting_and_no_more_than_it_allows() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (mut publisher, mut subscriber) = grpc(&served).await;
    let topic = "projects/p/topics/posts".to_owned();
    let (requests, receiver) = mpsc::channel(8);
    let first = StreamingPullRequest {
        subscription: "projects/p/subscriptions/feed".into(),
        stream_ack_deadline_seconds: 60,
        max_outstanding_messages: 4,
        ..Default::default()
    };
    requests.send(first).await.unwrap();
    let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let mut stream = subscriber.streaming_pull(stream).await.unwrap().into_inner();
    let messages = (0..10).map(|n| message(&n.to_string(), "key")).collect();
    publisher
        .publish(PublishRequest { topic, messages })
        .await
        .unwrap();

    let mut all = Vec::new();
    while all.len() < 10 {
        let answer = stream.message().await.unwrap().unwrap();
        assert!(answer.subscription_properties.unwrap().message_ordering_enabled);
        let batch = answer.received_messages;
        assert!(batch.len() <= 4, "more than allowed");
        all.extend(texts(&batch));
        let ack_ids = batch.into_iter().map(|r| r.ack_id).collect();
        requests
            .send(StreamingPullRequest {
                ack_ids,
                ..Default::default()
            })
            .await
            .unwrap();
    }
    assert_eq!(all, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    served.settle().await;
    drop(requests);
    assert!(
        stream.message().await.unwrap().is_none(),
        "the stream ends with its client's side"
    );
}
