//! Publishing to Pub/Sub.

use crate::commit::{Message, message};
use crate::{CloudConfig, Error, Result, operations, retry};
use contracts::{Clock, DomainEvent, EventId};
use google_cloud_auth::credentials::anonymous;
use google_cloud_gax::retry_policy::{AlwaysRetry, RetryPolicyExt};
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
    base: Arc<OnceCell<BasePublisher>>,
    topics: Arc<Mutex<HashMap<String, Publisher>>>,
}

impl Events {
    pub(crate) fn new(config: &CloudConfig, clock: Clock) -> Self {
        Self {
            function: config.function,
            clock,
            project: config.project.clone(),
            endpoint: config.endpoints.pubsub.clone(),
            base: Arc::default(),
            topics: Arc::default(),
        }
    }

    /// Publishes `event` without a commit, at least once: for what follows from work that leaves no document of ours (a job). Its id must
    /// derive from the work, so that doing it again is a repetition of the event. Where there is a commit, [`crate::Commit::emit`] it.
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
            tokio::time::sleep(retry::pause(attempt + 3)).await;
        }
        self.publish(&message).await
    }

    /// Publishes one message and waits until Pub/Sub has it.
    pub(crate) async fn publish(&self, message: &Message) -> Result<()> {
        let publisher = self.publisher(&message.topic).await?;
        let mut outgoing = Outgoing::new()
            .set_data(message.data.clone())
            .set_attributes(message.attributes.clone());
        if let Some(key) = &message.ordering_key {
            outgoing = outgoing.set_ordering_key(key);
        }
        operations::published(1);
        let outcome = publisher.publish(outgoing).await;
        if outcome.is_err()
            && let Some(key) = &message.ordering_key
        {
            // a failed key is paused for ever otherwise
            publisher.resume_publish(key);
        }
        outcome
            .map(|_| ())
            .map_err(|error| Error::unavailable("Pub/Sub", error))
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
        let mut builder = BasePublisher::builder().with_retry_policy(AlwaysRetry.with_attempt_limit(2));
        if let Some(endpoint) = &self.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_credentials(anonymous::Builder::new().build());
        }
        builder
            .build()
            .await
            .map_err(|error| Error::unavailable("Pub/Sub", error))
    }
}
