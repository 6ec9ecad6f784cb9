//! Subscriptions.

use super::exists;
use super::page::of_project;
use crate::pubsub::broker::Broker;
use crate::pubsub::broker::subscription::SubscriptionState;
use crate::pubsub::config;
use crate::pubsub::queue::Queue;
use crate::pubsub::store::Store;
use gcloud_sdk::google::pubsub::v1::{PushConfig, Subscription};
use tonic::Status;

/// How much use of a subscription may go unrecorded, in microseconds: it expires after a day at the least.
const ACTIVE_STEP: i64 = 600_000_000;

impl SubscriptionState {
    /// Stores what it is.
    pub(super) fn save(&mut self, store: &Store<'_>) -> Result<(), Status> {
        self.active_stored = self.active;
        store.save_subscription(&self.config, self.queue.number(), self.active)
    }
}

impl Broker {
    pub(crate) fn create_subscription(
        &mut self,
        store: &Store<'_>,
        subscription: Subscription,
        now: i64,
    ) -> Result<Subscription, Status> {
        let subscription = config::complete_subscription(subscription)?;
        if self.subscriptions.contains_key(&subscription.name) {
            return Err(exists(&subscription.name));
        }
        let topic = self.get_topic(&subscription.topic)?;
        self.check_dead_letter_topic(&subscription)?;
        let config = Subscription {
            topic_message_retention_duration: topic.message_retention_duration,
            detached: false,
            ..subscription
        };
        let lasting = config.enable_exactly_once_delivery;
        let queue = Queue::new(store.new_number()?, config.enable_message_ordering, lasting);
        let mut subscription = SubscriptionState::new(config.clone(), queue, now);
        subscription.save(store)?;
        self.subscriptions.insert(config.name.clone(), subscription);
        Ok(config)
    }

    pub(crate) fn update_subscription(
        &mut self,
        store: &Store<'_>,
        new: &Subscription,
        paths: &[String],
        now: i64,
    ) -> Result<Subscription, Status> {
        let old = self.subscription(&new.name)?.config.clone();
        let config = config::merge_subscription(old, new, paths)?;
        if paths.iter().any(|path| path == "dead_letter_policy") {
            self.check_dead_letter_topic(&config)?;
        }
        let subscription = self.subscription(&new.name)?;
        subscription.config = config.clone();
        subscription.active = now;
        subscription.save(store)?;
        subscription
            .queue
            .set_lasting(config.enable_exactly_once_delivery);
        if !config.retain_acked_messages {
            subscription.queue.forget_acknowledged(store)?;
        }
        // whoever waits in a pull looks again: it may push now
        subscription.arrived.notify_waiters();
        Ok(config)
    }

    /// A dead letter policy fails when its topic is not there.
    fn check_dead_letter_topic(&self, config: &Subscription) -> Result<(), Status> {
        let policy = config.dead_letter_policy.as_ref();
        policy.map_or(Ok(()), |policy| {
            self.get_topic(&policy.dead_letter_topic).map(|_| ())
        })
    }

    pub(crate) fn modify_push(
        &mut self,
        store: &Store<'_>,
        name: &str,
        push: Option<PushConfig>,
        now: i64,
    ) -> Result<(), Status> {
        let new = Subscription {
            name: name.to_owned(),
            push_config: push,
            ..Subscription::default()
        };
        self.update_subscription(store, &new, &["push_config".to_owned()], now)
            .map(|_| ())
    }

    /// Deletes a subscription with all it owes.
    pub(crate) fn delete_subscription(&mut self, store: &Store<'_>, name: &str) -> Result<(), Status> {
        let subscription = self.subscription(name)?;
        subscription.arrived.notify_waiters();
        store.drop_subscription(name, subscription.queue.number())?;
        self.subscriptions.remove(name);
        Ok(())
    }

    /// Cuts a subscription off its topic: it drops all it owes and gets nothing more.
    pub(crate) fn detach(&mut self, store: &Store<'_>, name: &str) -> Result<(), Status> {
        let subscription = self.subscription(name)?;
        subscription.config.detached = true;
        subscription.queue.clear(store)?;
        subscription.arrived.notify_waiters();
        subscription.save(store)
    }

    /// A subscription is in use: its expiry begins anew.
    pub(crate) fn touch(&mut self, store: &Store<'_>, name: &str, now: i64) -> Result<(), Status> {
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return Ok(());
        };
        subscription.active = subscription.active.max(now);
        if subscription.active - subscription.active_stored >= ACTIVE_STEP {
            subscription.save(store)?;
        }
        Ok(())
    }

    pub(crate) fn list_subscriptions(
        &self,
        project: &str,
        size: i32,
        token: &str,
    ) -> Result<(Vec<Subscription>, String), Status> {
        let all = self.subscriptions.iter();
        of_project(
            project,
            all.map(|(name, subscription)| (name, &subscription.config)),
            size,
            token,
        )
    }
}
