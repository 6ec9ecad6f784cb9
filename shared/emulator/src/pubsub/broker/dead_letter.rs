//! Dead letters: what failed too often goes to another topic.

use super::Broker;
use crate::pubsub::names;
use crate::pubsub::store::{MessageRow, Store};
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use tonic::Status;

/// The attribute that tells a dead letter, naming the subscription it died in.
const DEAD_LETTER_SOURCE: &str = "CloudPubSubDeadLetterSourceSubscription";

impl Broker {
    /// Publishes a delivery that failed too often to the dead letter topic; no when it did not yet, or when that topic is not there.
    pub(super) fn bury(
        &mut self,
        store: &Store<'_>,
        name: &str,
        id: u64,
        attempt: u32,
        now: i64,
    ) -> Result<bool, Status> {
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return Ok(false);
        };
        let Some(policy) = subscription.config.dead_letter_policy.clone() else {
            return Ok(false);
        };
        let most = u32::try_from(policy.max_delivery_attempts).unwrap_or(0);
        if attempt < most || !self.topics.contains_key(&policy.dead_letter_topic) {
            return Ok(false);
        }
        let keep = subscription.keep();
        let Some(message) = subscription.queue.message(store, id)? else {
            return Ok(false);
        };
        subscription.queue.remove(store, id, keep, now)?;
        subscription.arrived.notify_waiters();
        let letter = dead_letter(name, attempt, &message);
        self.publish_one(store, &policy.dead_letter_topic, letter, now)?;
        Ok(true)
    }
}

/// Whether a message is one that a dead letter policy moved.
pub(crate) fn is_dead_letter(message: &PubsubMessage) -> bool {
    message.attributes.contains_key(DEAD_LETTER_SOURCE)
}

/// The message as it goes to the dead letter topic, with the attributes of
/// <https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic>.
fn dead_letter(subscription: &str, attempt: u32, message: &MessageRow) -> PubsubMessage {
    let mut dead = message.message.clone();
    let id = subscription.rsplit('/').next().unwrap_or_default();
    let published = message
        .message
        .publish_time
        .map(|time| time.to_string())
        .unwrap_or_default();
    dead.attributes.extend([
        (
            "CloudPubSubDeadLetterSourceDeliveryCount".to_owned(),
            attempt.to_string(),
        ),
        (DEAD_LETTER_SOURCE.to_owned(), id.to_owned()),
        (
            "CloudPubSubDeadLetterSourceSubscriptionProject".to_owned(),
            names::project(subscription).to_owned(),
        ),
        (
            "CloudPubSubDeadLetterSourceTopicPublishTime".to_owned(),
            published,
        ),
    ]);
    dead
}
