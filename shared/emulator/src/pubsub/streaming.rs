//! `StreamingPull`: messages as they come, acknowledgements on the way back, never more outstanding than the client allows.

use super::Inner;
use super::subscriber::{acknowledge, modify_deadline, take};
use crate::grpc::Answers;
use gcloud_sdk::google::pubsub::v1::streaming_pull_response::SubscriptionProperties;
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, ModifyAckDeadlineRequest, StreamingPullRequest, StreamingPullResponse,
};
use std::sync::Arc;
use tokio::sync::Notify;
use tonic::{Status, Streaming};

/// How many messages, and bytes of data, one response carries at most.
const MAX_BATCH: usize = 1000;
const MAX_BATCH_BYTES: usize = 4_000_000;

struct Stream {
    inner: Arc<Inner>,
    requests: Streaming<StreamingPullRequest>,
    subscription: String,
    arrived: Arc<Notify>,
    ordered: bool,
    owner: u64,
    deadline: i32,
    max_messages: usize,
    max_bytes: usize,
    ended: bool,
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
    let (arrived, ordered) = {
        let mut broker = inner.lock();
        let found = broker.subscription(&first.subscription)?;
        (Arc::clone(&found.arrived), found.config.enable_message_ordering)
    };
    let mut stream = Stream {
        owner: inner.new_owner(),
        inner,
        requests,
        subscription: first.subscription.clone(),
        arrived,
        ordered,
        deadline: first.stream_ack_deadline_seconds,
        // zero and less mean that the client sets no limit
        max_messages: usize::try_from(first.max_outstanding_messages)
            .ok()
            .filter(|most| *most > 0)
            .unwrap_or(usize::MAX),
        max_bytes: usize::try_from(first.max_outstanding_bytes)
            .ok()
            .filter(|most| *most > 0)
            .unwrap_or(usize::MAX),
        ended: false,
    };
    stream.obey(&first)?;
    Ok(Box::pin(futures::stream::unfold(
        stream,
        |mut stream| async move {
            let answer = stream.next().await?;
            Some((answer, stream))
        },
    )))
}

fn check_deadline(seconds: i32) -> Result<(), Status> {
    if (10..=600).contains(&seconds) {
        return Ok(());
    }
    Err(Status::invalid_argument(
        "stream_ack_deadline_seconds must be from 10 to 600.",
    ))
}

impl Stream {
    async fn next(&mut self) -> Option<Result<StreamingPullResponse, Status>> {
        while !self.ended {
            let arrived = Arc::clone(&self.arrived);
            let news = arrived.notified();
            match self.take() {
                Ok(None) => {}
                Ok(Some(response)) => return Some(Ok(response)),
                Err(error) => return Some(self.end(error)),
            }
            tokio::select! {
                () = news => {}
                request = self.requests.message() => match request {
                    Ok(Some(request)) => {
                        if let Err(error) = self.obey(&request) {
                            return Some(self.end(error));
                        }
                    }
                    Ok(None) | Err(_) => self.ended = true,
                },
            }
        }
        None
    }

    fn end(&mut self, error: Status) -> Result<StreamingPullResponse, Status> {
        self.ended = true;
        Err(error)
    }

    /// What there is now, within what the client takes.
    fn take(&self) -> Result<Option<StreamingPullResponse>, Status> {
        let (messages, bytes) = self
            .inner
            .lock()
            .subscription(&self.subscription)?
            .queue
            .leased_by(self.owner);
        let room = self.max_messages.saturating_sub(messages).min(MAX_BATCH);
        let room_bytes = self.max_bytes.saturating_sub(bytes).min(MAX_BATCH_BYTES);
        // a message larger than all that is allowed still has to come some time
        if room == 0 || (room_bytes == 0 && messages > 0) {
            return Ok(None);
        }
        let (name, deadline) = (&self.subscription, Some(self.deadline));
        let received_messages = take(&self.inner, name, deadline, self.owner, room, room_bytes)?;
        let properties = SubscriptionProperties {
            exactly_once_delivery_enabled: false,
            message_ordering_enabled: self.ordered,
        };
        Ok((!received_messages.is_empty()).then(|| StreamingPullResponse {
            received_messages,
            subscription_properties: Some(properties),
            ..StreamingPullResponse::default()
        }))
    }

    /// Acknowledges and moves deadlines as a request says.
    fn obey(&mut self, request: &StreamingPullRequest) -> Result<(), Status> {
        if request.modify_deadline_ack_ids.len() != request.modify_deadline_seconds.len() {
            return Err(Status::invalid_argument(
                "modify_deadline_seconds and modify_deadline_ack_ids differ in length.",
            ));
        }
        if request.stream_ack_deadline_seconds != 0 {
            check_deadline(request.stream_ack_deadline_seconds)?;
            self.deadline = request.stream_ack_deadline_seconds;
        }
        let subscription = self.subscription.clone();
        if !request.ack_ids.is_empty() {
            acknowledge(
                &self.inner,
                &AcknowledgeRequest {
                    subscription,
                    ack_ids: request.ack_ids.clone(),
                },
            )?;
        }
        for (ack_id, seconds) in request
            .modify_deadline_ack_ids
            .iter()
            .zip(&request.modify_deadline_seconds)
        {
            let asked = ModifyAckDeadlineRequest {
                subscription: self.subscription.clone(),
                ack_ids: vec![ack_id.clone()],
                ack_deadline_seconds: *seconds,
            };
            modify_deadline(&self.inner, &asked)?;
        }
        Ok(())
    }
}
