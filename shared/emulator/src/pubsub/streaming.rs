//! `StreamingPull`: messages as they come, acknowledgements on the way back, never more outstanding than the client allows.

use super::Inner;
use super::acks::{self, Outcome, Verdict};
use super::subscriber::take;
use crate::grpc::Answers;
use futures::FutureExt as _;
use gcloud_sdk::google::pubsub::v1::streaming_pull_response::{
    AcknowledgeConfirmation, ModifyAckDeadlineConfirmation, SubscriptionProperties,
};
use gcloud_sdk::google::pubsub::v1::{StreamingPullRequest, StreamingPullResponse};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::Notify;
use tonic::{Status, Streaming};

/// How many messages, and bytes of data, one response carries at most.
const MAX_BATCH: usize = 1000;
const MAX_BATCH_BYTES: u64 = 4_000_000;

struct Stream {
    inner: Arc<Inner>,
    requests: Streaming<StreamingPullRequest>,
    subscription: String,
    arrived: Arc<Notify>,
    owner: u64,
    deadline: i32,
    max_messages: usize,
    max_bytes: u64,
    /// What is to be said about acknowledgements.
    confirmations: VecDeque<StreamingPullResponse>,
    ended: bool,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.inner.stream_closed(&self.subscription);
    }
}

/// Opens a stream: its first request names the subscription.
pub(crate) async fn pull(
    inner: Arc<Inner>,
    mut requests: Streaming<StreamingPullRequest>,
) -> Result<Answers<StreamingPullResponse>, Status> {
    let first = requests.message().await?;
    let first =
        first.ok_or_else(|| Status::invalid_argument("The first request must name the subscription."))?;
    check_deadline(first.stream_ack_deadline_seconds)?;
    let arrived = inner.stream_opened(&first.subscription)?;
    let mut stream = Stream {
        owner: inner.new_owner(),
        inner,
        requests,
        subscription: first.subscription.clone(),
        arrived,
        deadline: first.stream_ack_deadline_seconds,
        max_messages: limit(first.max_outstanding_messages),
        max_bytes: u64::try_from(limit(first.max_outstanding_bytes)).unwrap_or(u64::MAX),
        confirmations: VecDeque::new(),
        ended: false,
    };
    stream.obey(first)?;
    Ok(Box::pin(futures::stream::unfold(
        stream,
        |mut stream| async move {
            let answer = stream.next().await?;
            Some((answer, stream))
        },
    )))
}

/// Zero and less mean that the client sets no limit.
fn limit(most: i64) -> usize {
    usize::try_from(most)
        .ok()
        .filter(|most| *most > 0)
        .unwrap_or(usize::MAX)
}

fn check_deadline(seconds: i32) -> Result<(), Status> {
    if (10..=600).contains(&seconds) {
        return Ok(());
    }
    Err(Status::invalid_argument(
        "stream_ack_deadline_seconds must be from 10 to 600.",
    ))
}

/// What only the first request of a stream may say.
fn check_later(request: &StreamingPullRequest) -> Result<(), Status> {
    let wrong = if !request.subscription.is_empty() {
        "subscription"
    } else if !request.client_id.is_empty() {
        "client_id"
    } else if request.max_outstanding_messages != 0 {
        "max_outstanding_messages"
    } else if request.max_outstanding_bytes != 0 {
        "max_outstanding_bytes"
    } else if request.protocol_version != 0 {
        "protocol_version"
    } else {
        return Ok(());
    };
    Err(Status::invalid_argument(format!(
        "{wrong} can only be set in the first request of a stream."
    )))
}

impl Stream {
    async fn next(&mut self) -> Option<Result<StreamingPullResponse, Status>> {
        while !self.ended {
            if let Some(confirmation) = self.confirmations.pop_front() {
                return Some(Ok(confirmation));
            }
            // what the client has said already comes first: one that is gone takes nothing more
            if let Some(request) = self.requests.message().now_or_never() {
                if let Err(error) = self.hear(request) {
                    return Some(self.end(error));
                }
                continue;
            }
            let arrived = Arc::clone(&self.arrived);
            let news = arrived.notified();
            match self.take() {
                Ok(None) => {}
                Ok(Some(response)) => return Some(Ok(response)),
                Err(error) => return Some(self.end(error)),
            }
            tokio::select! {
                () = news => {}
                request = self.requests.message() => {
                    if let Err(error) = self.hear(request) {
                        return Some(self.end(error));
                    }
                }
            }
        }
        self.confirmations.pop_front().map(Ok)
    }

    /// Does what a request says; the stream ends with its client's side.
    fn hear(&mut self, request: Result<Option<StreamingPullRequest>, Status>) -> Result<(), Status> {
        let Ok(Some(request)) = request else {
            self.ended = true;
            return Ok(());
        };
        check_later(&request)?;
        self.obey(request)
    }

    fn end(&mut self, error: Status) -> Result<StreamingPullResponse, Status> {
        self.ended = true;
        self.confirmations.clear();
        Err(error)
    }

    /// What there is now, within what the client takes.
    fn take(&self) -> Result<Option<StreamingPullResponse>, Status> {
        let (messages, bytes, properties) = {
            let mut broker = self.inner.lock();
            let subscription = broker.subscription(&self.subscription)?;
            let (messages, bytes) = subscription.queue.leased_by(self.owner);
            let properties = SubscriptionProperties {
                exactly_once_delivery_enabled: subscription.config.enable_exactly_once_delivery,
                message_ordering_enabled: subscription.config.enable_message_ordering,
            };
            (messages, bytes, properties)
        };
        let room = self.max_messages.saturating_sub(messages).min(MAX_BATCH);
        let room_bytes = self.max_bytes.saturating_sub(bytes).min(MAX_BATCH_BYTES);
        // a message larger than all that is allowed still has to come some time
        if room == 0 || (room_bytes == 0 && messages > 0) {
            return Ok(None);
        }
        let (name, deadline) = (&self.subscription, Some(self.deadline));
        let received_messages = take(&self.inner, name, deadline, self.owner, room, room_bytes)?;
        Ok((!received_messages.is_empty()).then(|| StreamingPullResponse {
            received_messages,
            subscription_properties: Some(properties),
            ..StreamingPullResponse::default()
        }))
    }

    /// Acknowledges and moves deadlines as a request says.
    fn obey(&mut self, request: StreamingPullRequest) -> Result<(), Status> {
        if request.modify_deadline_ack_ids.len() != request.modify_deadline_seconds.len() {
            return Err(Status::invalid_argument(
                "modify_deadline_seconds and modify_deadline_ack_ids differ in length.",
            ));
        }
        if request.stream_ack_deadline_seconds != 0 {
            check_deadline(request.stream_ack_deadline_seconds)?;
            self.deadline = request.stream_ack_deadline_seconds;
        }
        let acknowledged = request.ack_ids.into_iter().map(|id| (id, Verdict::Acknowledge));
        if let Some(outcome) = self.settle(&acknowledged.collect::<Vec<_>>())? {
            self.confirmations.push_back(StreamingPullResponse {
                acknowledge_confirmation: Some(AcknowledgeConfirmation {
                    ack_ids: outcome.done,
                    invalid_ack_ids: outcome.invalid,
                    ..AcknowledgeConfirmation::default()
                }),
                ..StreamingPullResponse::default()
            });
        }
        let seconds = request.modify_deadline_seconds.into_iter().map(Verdict::Deadline);
        let moved = request.modify_deadline_ack_ids.into_iter().zip(seconds);
        if let Some(outcome) = self.settle(&moved.collect::<Vec<_>>())? {
            self.confirmations.push_back(StreamingPullResponse {
                modify_ack_deadline_confirmation: Some(ModifyAckDeadlineConfirmation {
                    ack_ids: outcome.done,
                    invalid_ack_ids: outcome.invalid,
                    ..ModifyAckDeadlineConfirmation::default()
                }),
                ..StreamingPullResponse::default()
            });
        }
        Ok(())
    }

    /// Ends or moves leases; how it went, where the client is told.
    fn settle(&self, asked: &[(String, Verdict)]) -> Result<Option<Outcome>, Status> {
        if asked.is_empty() {
            return Ok(None);
        }
        let outcome = acks::settle(&self.inner, &self.subscription, asked)?;
        Ok(outcome.exact.then_some(outcome))
    }
}
