//! Publishing to Pub/Sub.

use crate::commit::{Message, message};
use crate::connect::connect;
use crate::deadline::Deadline;
use crate::retry::Call;
use crate::{CloudConfig, Error, Result, Timeouts, operations, retry};
use contracts::{Clock, DomainEvent, EventId};
use google_cloud_pubsub::client::{BasePublisher, Publisher};
use google_cloud_pubsub::model::Message as Outgoing;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// How often an event without a commit is tried.
const ATTEMPTS: u32 = 8;

/// Publishes messages; one connection for all topics, made at its first use.
#[derive(Debug, Clone)]
pub struct Events {
    function: &'static str,
    clock: Clock,
    project: String,
    endpoint: Option<String>,
    timeouts: Timeouts,
    base: Arc<OnceCell<BasePublisher>>,
    topics: Arc<Mutex<HashMap<String, Publisher>>>,
}

impl Events {
    pub(crate) fn new(function: &'static str, config: &CloudConfig, clock: Clock) -> Self {
        Self {
            function,
            clock,
            project: config.project.clone(),
            endpoint: config.endpoints.pubsub.clone(),
            timeouts: config.timeouts,
            base: Arc::default(),
            topics: Arc::default(),
        }
    }

    /// Publishes `event` without a commit, at least once: for what follows from work that leaves no document of ours (a job). Its id must
    /// derive from the work, so that doing it again is a repetition of the event. Where there is a commit, [`crate::Commit::emit`] it. One message.
    ///
    /// # Errors
    /// Pub/Sub is away for some seconds; the work is to be done again.
    pub async fn emit<E: DomainEvent>(&self, id: EventId, event: &E) -> Result<()> {
        let message = message(id, event, self.function, self.clock.now())?;
        for attempt in 1..ATTEMPTS {
            match self.publish(&message).await {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(%error, event = E::TYPE, "not published, trying again"),
            }
            tokio::time::sleep(retry::pause(attempt + 2)).await;
        }
        self.publish(&message).await
    }

    /// Publishes one message and waits until Pub/Sub has it. One message; after a lost answer it may be there twice.
    pub(crate) async fn publish(&self, message: &Message) -> Result<()> {
        let publisher = self.publisher(&message.topic).await?;
        let mut outgoing = Outgoing::new()
            .set_data(message.data.clone())
            .set_attributes(message.attributes.clone());
        if let Some(key) = &message.ordering_key {
            outgoing = outgoing.set_ordering_key(key);
        }
        operations::published(1);
        let limit = Deadline::after(self.timeouts.retrying).left();
        let outcome = tokio::time::timeout(limit, publisher.publish(outgoing)).await;
        if !matches!(outcome, Ok(Ok(_)))
            && let Some(key) = &message.ordering_key
        {
            // a failed key is paused for ever otherwise
            publisher.resume_publish(key);
        }
        match outcome {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Error::unavailable("Pub/Sub", error)),
            Err(late) => Err(Error::unavailable("Pub/Sub", late)),
        }
    }

    async fn publisher(&self, topic: &str) -> Result<Publisher> {
        let base = self.base.get_or_try_init(|| self.connect()).await?;
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let publisher = topics.entry(topic.to_owned()).or_insert_with(|| {
            let name = format!("projects/{}/topics/{topic}", self.project);
            // messages go out at once: whoever waits for an answer waits for this
            base.publisher(name).set_message_count_threshold(1_u32).build()
        });
        Ok(publisher.clone())
    }

    async fn connect(&self) -> Result<BasePublisher> {
        let endpoint = self.endpoint.as_deref();
        connect!(
            BasePublisher::builder(),
            "Pub/Sub",
            endpoint,
            Call::Publish,
            self.timeouts
        )
    }
}
