//! Streams: what a client may ask of one, exactly-once delivery, large and compressed messages.

use super::pull::{channel, grpc, message, texts};
use super::*;
use gcloud_sdk::google::pubsub::v1::publisher_client::PublisherClient;
use gcloud_sdk::google::pubsub::v1::subscriber_client::SubscriberClient;
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, ModifyAckDeadlineRequest, PublishRequest, PubsubMessage, PullRequest,
    StreamingPullRequest, StreamingPullResponse, Subscription,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codec::CompressionEncoding;
use tonic::transport::Channel;
use tonic::{Code, Streaming};

const TOPIC: &str = "projects/p/topics/posts";
const FEED: &str = "projects/p/subscriptions/feed";

fn first() -> StreamingPullRequest {
    StreamingPullRequest {
        subscription: FEED.into(),
        stream_ack_deadline_seconds: 60,
        ..Default::default()
    }
}

async fn stream(
    subscriber: &mut SubscriberClient<Channel>,
    first: StreamingPullRequest,
) -> (
    mpsc::Sender<StreamingPullRequest>,
    Streaming<StreamingPullResponse>,
) {
    let (requests, receiver) = mpsc::channel(8);
    requests.send(first).await.unwrap();
    let answers = subscriber.streaming_pull(ReceiverStream::new(receiver)).await;
    (requests, answers.unwrap().into_inner())
}

async fn publish(publisher: &mut PublisherClient<Channel>, messages: Vec<PubsubMessage>) {
    let topic = TOPIC.to_owned();
    publisher
        .publish(PublishRequest { topic, messages })
        .await
        .unwrap();
}

#[tokio::test]
async fn what_only_the_first_request_may_say_ends_the_stream_later() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (_, mut subscriber) = grpc(&served).await;
    let later = [
        first(),
        StreamingPullRequest {
            max_outstanding_messages: 5,
            ..Default::default()
        },
        StreamingPullRequest {
            modify_deadline_ack_ids: vec!["1-1".into()],
            ..Default::default()
        },
    ];
    for request in later {
        let (requests, mut answers) = stream(&mut subscriber, first()).await;
        requests.send(request).await.unwrap();
        assert_eq!(answers.message().await.unwrap_err().code(), Code::InvalidArgument);
    }
    let wrong = StreamingPullRequest {
        stream_ack_deadline_seconds: 5,
        ..first()
    };
    let (requests, receiver) = mpsc::channel(1);
    requests.send(wrong).await.unwrap();
    let refused = subscriber.streaming_pull(ReceiverStream::new(receiver)).await;
    assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn what_a_client_gives_back_when_it_leaves_comes_again_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (mut publisher, mut subscriber) = grpc(&served).await;
    publish(
        &mut publisher,
        (0..1000).map(|n| message(&n.to_string(), "key")).collect(),
    )
    .await;
    let (requests, mut answers) = stream(&mut subscriber, first()).await;
    let mut had = Vec::new();
    while had.len() < 1000 {
        had.extend(answers.message().await.unwrap().unwrap().received_messages);
    }
    let expected: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    assert_eq!(
        texts(&had),
        expected,
        "a key flows without a single acknowledgement"
    );
    drop(requests);
    let back = ModifyAckDeadlineRequest {
        subscription: FEED.into(),
        ack_ids: had.into_iter().map(|message| message.ack_id).collect(),
        ack_deadline_seconds: 0,
    };
    subscriber.modify_ack_deadline(back).await.unwrap();

    let (_requests, mut answers) = stream(&mut subscriber, first()).await;
    let mut again = Vec::new();
    while again.len() < 1000 {
        again.extend(answers.message().await.unwrap().unwrap().received_messages);
    }
    assert_eq!(texts(&again), expected);
}

#[tokio::test]
async fn exactly_once_tells_of_each_id_and_takes_no_late_one() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (mut publisher, mut subscriber) = grpc(&served).await;
    let exact = Subscription {
        name: "projects/p/subscriptions/exact".into(),
        topic: TOPIC.into(),
        enable_exactly_once_delivery: true,
        ..Default::default()
    };
    subscriber.create_subscription(exact.clone()).await.unwrap();
    publish(&mut publisher, vec![message("one", ""), message("two", "")]).await;
    let opening = StreamingPullRequest {
        subscription: exact.name.clone(),
        ..first()
    };
    let (requests, mut answers) = stream(&mut subscriber, opening).await;
    let answer = answers.message().await.unwrap().unwrap();
    assert!(
        answer
            .subscription_properties
            .unwrap()
            .exactly_once_delivery_enabled
    );
    let ids: Vec<String> = answer.received_messages.into_iter().map(|m| m.ack_id).collect();
    let ack = StreamingPullRequest {
        ack_ids: vec![ids[0].clone(), "nonsense".into()],
        modify_deadline_ack_ids: vec![ids[1].clone()],
        modify_deadline_seconds: vec![30],
        ..Default::default()
    };
    requests.send(ack).await.unwrap();
    let told = answers
        .message()
        .await
        .unwrap()
        .unwrap()
        .acknowledge_confirmation
        .unwrap();
    assert_eq!(
        (told.ack_ids, told.invalid_ack_ids),
        (vec![ids[0].clone()], vec!["nonsense".into()])
    );
    let told = answers.message().await.unwrap().unwrap();
    let told = told.modify_ack_deadline_confirmation.unwrap();
    assert_eq!(told.ack_ids, [ids[1].clone()]);

    // after a kill the lease still stands: nothing comes before its end, and then the old id is no good
    drop((requests, answers, served));
    let served = Served::open(folder.path()).await;
    let mut subscriber = SubscriberClient::new(channel(&served).await);
    #[expect(deprecated, reason = "it has a meaning as long as clients send it")]
    let pull = |return_immediately| PullRequest {
        subscription: exact.name.clone(),
        max_messages: 10,
        return_immediately,
    };
    let early = subscriber.pull(pull(true)).await.unwrap().into_inner();
    assert_eq!(early.received_messages, []);
    served
        .done("PUT", "/_emulator/clock", json!({"offsetMillis": 31_000}))
        .await;
    let late = subscriber.pull(pull(false)).await.unwrap().into_inner();
    assert_eq!(texts(&late.received_messages), ["two"]);
    let acknowledge = |ack_id: &str| AcknowledgeRequest {
        subscription: exact.name.clone(),
        ack_ids: vec![ack_id.to_owned()],
    };
    let refused = subscriber.acknowledge(acknowledge(&ids[1])).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(!refused.details().is_empty(), "which tell of each id");
    let id = late.received_messages[0].ack_id.clone();
    subscriber.acknowledge(acknowledge(&id)).await.unwrap();
    subscriber.acknowledge(acknowledge(&id)).await.unwrap_err();
}

#[tokio::test]
async fn ten_megabytes_pass_compressed_and_not() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (mut publisher, subscriber) = grpc(&served).await;
    let large = PubsubMessage {
        data: vec![7; 10_000_000],
        ..Default::default()
    };
    publish(&mut publisher, vec![large.clone()]).await;
    let mut compressing = publisher.send_compressed(CompressionEncoding::Gzip);
    publish(&mut compressing, vec![large]).await;
    let mut subscriber = subscriber.max_decoding_message_size(64_000_000);
    let (requests, mut answers) = stream(&mut subscriber, first()).await;
    for _ in 0..2 {
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!(answer.received_messages.len(), 1, "no more bytes at a time");
        let received = &answer.received_messages[0];
        assert!(received.message.as_ref().unwrap().data == vec![7; 10_000_000]);
        let ack_ids = vec![received.ack_id.clone()];
        let ack = StreamingPullRequest {
            ack_ids,
            ..Default::default()
        };
        requests.send(ack).await.unwrap();
    }
    served.settle().await;
}
