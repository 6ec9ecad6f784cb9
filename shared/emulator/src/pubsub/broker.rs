//! Topics, subscriptions and what is under way between them, without IO: every step answers the changes that must be stored before the step
//! is acknowledged.

use super::backoff;
use super::faults::Faults;
use super::filter::Filter;
use super::message;
use super::names;
use super::queue::{Lease, NewDelivery, Queue, Stored, Taker};
use super::store::{Change, Loaded};
use gcloud_sdk::google::pubsub::v1::{PubsubMessage, Subscription, Topic};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::Notify;
use tonic::Status;

/// How many pushes of one subscription are under way at a time.
const PARALLEL_PUSHES: usize = 32;
/// The owner of leases that are pushes.
const PUSHER: u64 = 0;
/// How many messages, and bytes of data, a topic's log keeps for tests to look at.
const LOG_MESSAGES: usize = 1000;
const LOG_BYTES: usize = 16 * 1024 * 1024;
/// The attribute that tells a dead letter, naming the subscription it died in.
pub(crate) const DEAD_LETTER_SOURCE: &str = "CloudPubSubDeadLetterSourceSubscription";

/// A topic and the last messages published to it.
#[derive(Debug)]
pub(crate) struct TopicState {
    pub(crate) config: Topic,
    pub(crate) log: VecDeque<Arc<Stored>>,
    log_bytes: usize,
}

/// A subscription and what it owes.
#[derive(Debug)]
pub(crate) struct SubscriptionState {
    pub(crate) config: Subscription,
    filter: Option<Filter>,
    pub(crate) queue: Queue,
    /// Told when a puller may find something new.
    pub(crate) arrived: Arc<Notify>,
}

/// One push to be sent.
#[derive(Debug)]
pub(crate) struct Push {
    pub(crate) subscription: Subscription,
    pub(crate) lease: Lease,
}

/// The whole of Pub/Sub, in memory.
#[derive(Debug, Default)]
pub(crate) struct Broker {
    pub(crate) topics: BTreeMap<String, TopicState>,
    pub(crate) subscriptions: BTreeMap<String, SubscriptionState>,
    pub(crate) faults: Faults,
    last_message: i64,
    last_delivery: u64,
}

impl TopicState {
    pub(crate) fn new(config: Topic) -> Self {
        Self {
            config,
            log: VecDeque::new(),
            log_bytes: 0,
        }
    }

    /// Keeps a message in the log; answers those that leave it.
    fn log(&mut self, message: Arc<Stored>) -> Vec<Arc<Stored>> {
        self.log_bytes += message.message.data.len();
        self.log.push_back(message);
        let mut left = Vec::new();
        while self.log.len() > LOG_MESSAGES || (self.log.len() > 1 && self.log_bytes > LOG_BYTES) {
            let Some(oldest) = self.log.pop_front() else { break };
            self.log_bytes -= oldest.message.data.len();
            left.push(oldest);
        }
        left
    }
}

impl SubscriptionState {
    pub(crate) fn new(config: Subscription) -> Self {
        // the filter was checked when it came in
        let filter = Filter::parse(&config.filter).unwrap_or_default();
        Self {
            queue: Queue::new(config.enable_message_ordering),
            filter,
            config,
            arrived: Arc::default(),
        }
    }

    /// Whether messages are pushed (else they are pulled).
    pub(crate) fn is_push(&self) -> bool {
        self.config
            .push_config
            .as_ref()
            .is_some_and(|push| !push.push_endpoint.is_empty())
    }

    /// The number that goes out beside a message: only where a dead letter policy counts deliveries.
    pub(crate) fn delivery_attempt(&self, lease: &Lease) -> i32 {
        delivery_attempt(&self.config, lease)
    }

    fn accepts(&self, topic: &str, message: &PubsubMessage) -> bool {
        self.config.topic == topic
            && !self.config.detached
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&message.attributes))
    }

    fn retention(&self) -> i64 {
        backoff::micros(self.config.message_retention_duration)
    }
}

/// See [`SubscriptionState::delivery_attempt`].
pub(crate) fn delivery_attempt(subscription: &Subscription, lease: &Lease) -> i32 {
    subscription
        .dead_letter_policy
        .as_ref()
        .map_or(0, |_| i32::try_from(lease.attempt).unwrap_or(i32::MAX))
}

impl Broker {
    /// Takes up what was stored; what was under way when it was is waiting again.
    ///
    /// New ids start at `now` (microseconds): above all that were ever given, also those of messages that are gone.
    pub(crate) fn new(loaded: Loaded, now: i64) -> Self {
        let mut broker = Self {
            last_message: now,
            last_delivery: now.unsigned_abs(),
            ..Self::default()
        };
        for config in loaded.topics {
            broker.topics.insert(config.name.clone(), TopicState::new(config));
        }
        for config in loaded.subscriptions {
            broker
                .subscriptions
                .insert(config.name.clone(), SubscriptionState::new(config));
        }
        let mut messages = HashMap::new();
        for loaded in loaded.messages {
            let message = Arc::new(loaded.message);
            broker.last_message = broker.last_message.max(message.id);
            if let Some(topic) = broker.topics.get_mut(&loaded.topic).filter(|_| loaded.logged) {
                topic.log(Arc::clone(&message));
            }
            messages.insert(message.id, message);
        }
        for delivery in loaded.deliveries {
            broker.last_delivery = broker.last_delivery.max(delivery.id);
            let subscription = broker.subscriptions.get_mut(&delivery.subscription);
            if let (Some(subscription), Some(message)) = (subscription, messages.get(&delivery.message)) {
                subscription.queue.insert(NewDelivery {
                    id: delivery.id,
                    message: Arc::clone(message),
                    attempts: delivery.attempts,
                    not_before: delivery.not_before,
                    rank: delivery.id,
                });
            }
        }
        broker
    }

    /// Publishes to a topic: a delivery for each of its subscriptions whose filter lets the message pass.
    pub(crate) fn publish(
        &mut self,
        topic: &str,
        messages: Vec<PubsubMessage>,
        now: i64,
        changes: &mut Vec<Change>,
    ) -> Result<Vec<String>, Status> {
        message::check(&messages)?;
        if !self.topics.contains_key(topic) {
            return Err(topic_not_found(topic));
        }
        Ok(messages
            .into_iter()
            .map(|message| self.publish_one(topic, message, now, changes))
            .collect())
    }

    fn publish_one(
        &mut self,
        topic: &str,
        message: PubsubMessage,
        now: i64,
        changes: &mut Vec<Change>,
    ) -> String {
        self.last_message += 1;
        let id = self.last_message.to_string();
        let message = PubsubMessage {
            message_id: id.clone(),
            publish_time: Some(timestamp(now)),
            ..message
        };
        let stored = Arc::new(Stored {
            id: self.last_message,
            published: now,
            message,
        });
        changes.push(Change::Message {
            topic: topic.to_owned(),
            message: Arc::clone(&stored),
        });
        for (name, subscription) in &mut self.subscriptions {
            if !subscription.accepts(topic, &stored.message) {
                continue;
            }
            let faults = self.faults.of(name);
            for _ in 0..=faults.duplicate {
                self.last_delivery += 1;
                let (rank, delay) = faults.place(self.last_delivery, &stored.message.ordering_key);
                let new = NewDelivery {
                    id: self.last_delivery,
                    message: Arc::clone(&stored),
                    attempts: 0,
                    not_before: now + delay,
                    rank,
                };
                changes.push(delivery_change(name, &new));
                subscription.queue.insert(new);
            }
            subscription.arrived.notify_waiters();
        }
        let left = self
            .topics
            .get_mut(topic)
            .map(|topic| topic.log(stored))
            .unwrap_or_default();
        changes.extend(left.iter().map(|message| Change::Unlogged(message.id)));
        id
    }

    /// Leases deliveries of a subscription to a puller.
    pub(crate) fn pull(
        &mut self,
        name: &str,
        taker: &Taker,
        now: i64,
        changes: &mut Vec<Change>,
    ) -> Result<Vec<Lease>, Status> {
        let held = self.faults.is_held(name);
        let subscription = self.subscription(name)?;
        if subscription.config.detached {
            return Err(Status::failed_precondition(
                "The subscription is detached from its topic.",
            ));
        }
        if subscription.is_push() {
            return Err(Status::failed_precondition(
                "The subscription pushes: it cannot be pulled.",
            ));
        }
        let leases = if held {
            Vec::new()
        } else {
            subscription.queue.take(now, taker)
        };
        changes.extend(leases.iter().map(|lease| leased_change(lease, now)));
        Ok(leases)
    }

    /// Leases what is to be pushed now.
    pub(crate) fn pushes(&mut self, now: i64, changes: &mut Vec<Change>) -> Vec<Push> {
        let mut pushes = Vec::new();
        for (name, subscription) in &mut self.subscriptions {
            if !subscription.is_push() || self.faults.is_held(name) {
                continue;
            }
            let taker = Taker {
                owner: PUSHER,
                until: None,
                one_per_key: true,
                max_messages: PARALLEL_PUSHES.saturating_sub(subscription.queue.leased()),
                max_bytes: usize::MAX,
            };
            for lease in subscription.queue.take(now, &taker) {
                changes.push(leased_change(&lease, now));
                pushes.push(Push {
                    subscription: subscription.config.clone(),
                    lease,
                });
            }
        }
        pushes
    }

    /// A delivery is acknowledged; one that is not there any more is no error.
    pub(crate) fn acknowledge(&mut self, name: &str, id: u64, attempt: u32, changes: &mut Vec<Change>) {
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return;
        };
        if let Some(message) = subscription.queue.acknowledge(id, attempt) {
            changes.push(Change::DeliveryGone {
                id,
                message: message.id,
            });
            subscription.arrived.notify_waiters();
        }
    }

    /// A delivery failed: it comes again after its backoff, or goes to the dead letter topic.
    pub(crate) fn give_back(
        &mut self,
        name: &str,
        id: u64,
        attempt: u32,
        now: i64,
        changes: &mut Vec<Change>,
    ) {
        let leased = self
            .subscriptions
            .get(name)
            .is_some_and(|s| s.queue.is_leased(id, attempt));
        if !leased || self.bury(name, id, attempt, now, changes) {
            return;
        }
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return;
        };
        let wait = backoff::after(
            subscription.config.retry_policy.as_ref(),
            subscription.is_push(),
            id,
            attempt,
        );
        for back in subscription.queue.give_back(id, now.saturating_add(wait)) {
            changes.push(Change::Delivered {
                id: back.id,
                attempts: back.attempts,
                not_before: back.not_before,
            });
        }
        subscription.arrived.notify_waiters();
    }

    /// Publishes a delivery that failed too often to the dead letter topic; no when it did not yet, or when that topic is not there.
    fn bury(&mut self, name: &str, id: u64, attempt: u32, now: i64, changes: &mut Vec<Change>) -> bool {
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return false;
        };
        let Some(policy) = subscription.config.dead_letter_policy.clone() else {
            return false;
        };
        let most = u32::try_from(policy.max_delivery_attempts).unwrap_or(0);
        if attempt < most || !self.topics.contains_key(&policy.dead_letter_topic) {
            return false;
        }
        let Some(message) = subscription.queue.remove(id) else {
            return false;
        };
        subscription.arrived.notify_waiters();
        changes.push(Change::DeliveryGone {
            id,
            message: message.id,
        });
        self.publish_one(
            &policy.dead_letter_topic,
            dead_letter(name, attempt, &message),
            now,
            changes,
        );
        true
    }

    /// Moves the end of a lease.
    pub(crate) fn extend(&mut self, name: &str, id: u64, attempt: u32, until: i64) {
        if let Some(subscription) = self
            .subscriptions
            .get_mut(name)
            .filter(|s| s.queue.is_leased(id, attempt))
        {
            subscription.queue.extend(id, until);
        }
    }

    /// What happens by time alone: waits and leases end, and what is past its retention goes.
    pub(crate) fn tick(&mut self, now: i64, changes: &mut Vec<Change>) {
        let names: Vec<String> = self.subscriptions.keys().cloned().collect();
        for name in names {
            let Some(subscription) = self.subscriptions.get_mut(&name) else {
                continue;
            };
            let horizon = now.saturating_sub(subscription.retention());
            while let Some((id, _)) = subscription
                .queue
                .oldest()
                .filter(|(_, published)| *published <= horizon)
            {
                let Some(message) = subscription.queue.remove(id) else {
                    break;
                };
                changes.push(Change::DeliveryGone {
                    id,
                    message: message.id,
                });
            }
            for (id, attempt) in subscription.queue.expired(now) {
                self.give_back(&name, id, attempt, now, changes);
            }
            if let Some(subscription) = self.subscriptions.get_mut(&name)
                && subscription.queue.ripen(now)
            {
                subscription.arrived.notify_waiters();
            }
        }
    }

    /// When [`Broker::tick`] next has something to do.
    pub(crate) fn next_time(&self) -> Option<i64> {
        let of = |subscription: &SubscriptionState| {
            let retention = subscription
                .queue
                .oldest()
                .map(|(_, at)| at.saturating_add(subscription.retention()));
            subscription.queue.next_time().into_iter().chain(retention).min()
        };
        self.subscriptions.values().filter_map(of).min()
    }

    /// The subscription of that name.
    pub(crate) fn subscription(&mut self, name: &str) -> Result<&mut SubscriptionState, Status> {
        self.subscriptions.get_mut(name).ok_or_else(|| {
            Status::not_found(format!(
                "Resource not found (resource={}).",
                name.rsplit('/').next().unwrap_or(name)
            ))
        })
    }

    /// What is not delivered yet, a line for each subscription. Dead letters that wait to be pulled are not: they wait for a person.
    pub(crate) fn pending(&self, project: Option<&str>) -> Vec<String> {
        let ours = |name: &str| project.is_none_or(|project| names::project(name) == project);
        let line = |(name, subscription): (&String, &SubscriptionState)| {
            let waits = |m: &&Arc<Stored>| subscription.is_push() || !is_dead_letter(m);
            let count = subscription.queue.messages().filter(waits).count();
            let held = if self.faults.is_held(name) { ", held" } else { "" };
            (count > 0).then(|| {
                format!(
                    "{name}: {count} deliveries, {} under way{held}",
                    subscription.queue.leased()
                )
            })
        };
        self.subscriptions
            .iter()
            .filter(|(name, _)| ours(name))
            .filter_map(line)
            .collect()
    }
}

/// Whether a message is one that a dead letter policy moved.
pub(crate) fn is_dead_letter(message: &Stored) -> bool {
    message.message.attributes.contains_key(DEAD_LETTER_SOURCE)
}

/// The message as it goes to the dead letter topic, with the attributes of
/// <https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic>.
fn dead_letter(subscription: &str, attempt: u32, message: &Stored) -> PubsubMessage {
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

/// A time in microseconds since 1970 as the protocol has it.
pub(crate) fn timestamp(micros: i64) -> prost_types::Timestamp {
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos,
    }
}

/// Google's answer for a topic that is not there.
pub(crate) fn topic_not_found(name: &str) -> Status {
    Status::not_found(format!(
        "Resource not found (resource={}).",
        name.rsplit('/').next().unwrap_or(name)
    ))
}

fn delivery_change(subscription: &str, new: &NewDelivery) -> Change {
    Change::Delivery {
        id: new.id,
        subscription: subscription.to_owned(),
        message: new.message.id,
        attempts: new.attempts,
        not_before: new.not_before,
    }
}

/// An attempt counts from when it begins, so that a message which brings the process down is counted too.
fn leased_change(lease: &Lease, now: i64) -> Change {
    Change::Delivered {
        id: lease.id,
        attempts: lease.attempt,
        not_before: now,
    }
}

#[cfg(test)]
#[path = "broker_tests.rs"]
mod tests;
