//! From a publish call to its push, against a plain POST of the same message to the same receiver.

use super::server::Server;
use super::{documents, middle_and_high};
use crate::support::{Outcome, Table, print_ratio, scratch};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use gcloud_sdk::google::pubsub::v1::publisher_client::PublisherClient;
use gcloud_sdk::google::pubsub::v1::subscriber_client::SubscriberClient;
use gcloud_sdk::google::pubsub::v1::{PublishRequest, PubsubMessage, PushConfig, Subscription, Topic};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tonic::transport::Channel;

const MESSAGES: usize = 500;
const TOPIC: &str = "projects/bench/topics/posts";
const BODY: usize = 300;

pub(super) async fn run() -> Outcome {
    let folder = scratch::folder()?;
    let server = Server::start(folder.path())?;
    let (arrivals, mut arrived) = mpsc::unbounded_channel();
    let receiver = receive(arrivals).await?;
    let mut publisher = subscribe(&server, &receiver).await?;
    let http = Server::http()?;
    let (mut pushed, mut posted) = (Vec::new(), Vec::new());
    for _ in 0..MESSAGES {
        let began = Instant::now();
        publisher.publish(message()).await?;
        pushed.push(since(began, arrived.recv().await)?);
        let began = Instant::now();
        http.post(&receiver).body(vec![b'x'; BODY]).send().await?;
        posted.push(since(began, arrived.recv().await)?);
    }
    let ((ours, high), (base, base_high)) = (middle_and_high(&pushed), middle_and_high(&posted));
    let mut table = Table::new(["until it arrives", "microseconds", "p99", "ratio"]);
    table.row("a plain POST", &[base, base_high, 1.0]);
    table.row("publish to push", &[ours, high, ours / base]);
    println!(
        "  {MESSAGES} messages of {BODY} bytes, one after the other, by turns; a message is stored before its publish is answered"
    );
    table.print();
    print_ratio(
        "push",
        ours / base,
        "time from publish to push / of a plain POST to the same receiver",
    );
    Ok(())
}

fn since(began: Instant, arrival: Option<Instant>) -> Outcome<Duration> {
    Ok(arrival
        .ok_or("the receiver ended")?
        .saturating_duration_since(began))
}

/// Serves an address that tells when something arrives; answers the address.
#[expect(
    clippy::disallowed_methods,
    reason = "a receiver that does nothing of ours is part of both sides"
)]
async fn receive(arrivals: mpsc::UnboundedSender<Instant>) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/push", listener.local_addr()?);
    let arrive = |State(arrivals): State<mpsc::UnboundedSender<Instant>>| async move {
        // the benchmark ended
        let _ = arrivals.send(Instant::now());
        StatusCode::NO_CONTENT
    };
    let router = Router::new().route("/push", post(arrive)).with_state(arrivals);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn subscribe(server: &Server, receiver: &str) -> Outcome<PublisherClient<Channel>> {
    let at = format!("http://{}", server.address);
    let mut publisher = PublisherClient::connect(at.clone()).await?;
    publisher
        .create_topic(Topic {
            name: TOPIC.to_owned(),
            ..Topic::default()
        })
        .await?;
    let subscription = Subscription {
        name: "projects/bench/subscriptions/pushed".to_owned(),
        topic: TOPIC.to_owned(),
        push_config: Some(PushConfig {
            push_endpoint: receiver.to_owned(),
            ..PushConfig::default()
        }),
        ..Subscription::default()
    };
    SubscriberClient::connect(at)
        .await?
        .create_subscription(subscription)
        .await?;
    Ok(publisher)
}

fn message() -> PublishRequest {
    PublishRequest {
        topic: TOPIC.to_owned(),
        messages: vec![PubsubMessage {
            data: documents::author(0).into_bytes().repeat(BODY / 8),
            ..PubsubMessage::default()
        }],
    }
}
