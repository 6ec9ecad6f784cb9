//! Subscriptions.

use super::exists;
use super::page::{is_in, page};
use crate::pubsub::broker::Broker;
use crate::pubsub::broker::subscription::SubscriptionState;
use crate::pubsub::config;
use crate::pubsub::names;
use crate::pubsub::queue::Queue;
use crate::pubsub::store::Change;
use gcloud_sdk::google::pubsub::v1::{PushConfig, Subscription};
use tonic::Status;

impl Broker {
    pub(crate) fn create_subscription(
        &mut self,
        subscription: Subscription,
        changes: &mut Vec<Change>,
    ) -> Result<Subscription, Status> {
        let subscription = config::complete_subscription(subscription)?;
        if self.subscriptions.contains_key(&subscription.name) {
            return Err(exists(&subscription.name));
        }
        let topic = self.get_topic(&subscription.topic)?;
        let subscription = Subscription {
            topic_message_retention_duration: topic.message_retention_duration,
            detached: false,
            ..subscription
        };
        changes.push(Change::Subscription(Box::new(subscription.clone())));
        self.subscriptions.insert(
            subscription.name.clone(),
            SubscriptionState::new(subscription.clone()),
        );
        Ok(subscription)
    }

    pub(crate) fn update_subscription(
        &mut self,
        new: &Subscription,
        paths: &[String],
        changes: &mut Vec<Change>,
    ) -> Result<Subscription, Status> {
        let subscription = self.subscription(&new.name)?;
        subscription.config = config::merge_subscription(subscription.config.clone(), new, paths)?;
        changes.push(Change::Subscription(Box::new(subscription.config.clone())));
        // whoever waits in a pull looks again: it may push now
        subscription.arrived.notify_waiters();
        Ok(subscription.config.clone())
    }

    pub(crate) fn modify_push(
        &mut self,
        name: &str,
        push: Option<PushConfig>,
        changes: &mut Vec<Change>,
    ) -> Result<(), Status> {
        let new = Subscription {
            name: name.to_owned(),
            push_config: push,
            ..Subscription::default()
        };
        self.update_subscription(&new, &["push_config".to_owned()], changes)
            .map(|_| ())
    }

    /// Deletes a subscription with all it owes.
    pub(crate) fn delete_subscription(
        &mut self,
        name: &str,
        changes: &mut Vec<Change>,
    ) -> Result<(), Status> {
        self.subscription(name)?.arrived.notify_waiters();
        self.subscriptions.remove(name);
        changes.push(Change::SubscriptionGone(name.to_owned()));
        Ok(())
    }

    /// Cuts a subscription off its topic: it drops all it owes and gets nothing more.
    pub(crate) fn detach(&mut self, name: &str, changes: &mut Vec<Change>) -> Result<(), Status> {
        let subscription = self.subscription(name)?;
        subscription.config.detached = true;
        subscription.queue = Queue::new(subscription.config.enable_message_ordering);
        subscription.arrived.notify_waiters();
        changes.push(Change::SubscriptionGone(name.to_owned()));
        changes.push(Change::Subscription(Box::new(subscription.config.clone())));
        Ok(())
    }

    pub(crate) fn list_subscriptions(
        &self,
        project: &str,
        size: i32,
        token: &str,
    ) -> Result<(Vec<Subscription>, String), Status> {
        names::check_project(project)?;
        let all = self
            .subscriptions
            .iter()
            .map(|(name, subscription)| (name, &subscription.config));
        page(all.filter(|(name, _)| is_in(name, project)), size, token)
    }
}
