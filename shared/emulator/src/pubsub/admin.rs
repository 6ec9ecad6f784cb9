//! Making, changing and deleting topics and subscriptions.

use super::broker::{Broker, SubscriptionState, TopicState, topic_not_found};
use super::config;
use super::names;
use super::queue::Queue;
use super::store::Change;
use gcloud_sdk::google::pubsub::v1::{PushConfig, Subscription, Topic};
use tonic::Status;

/// How many entries a list has at most, and when it is not said.
const MAX_PAGE: usize = 1000;

impl Broker {
    pub(crate) fn create_topic(&mut self, topic: Topic, changes: &mut Vec<Change>) -> Result<Topic, Status> {
        let topic = config::complete_topic(topic)?;
        if self.topics.contains_key(&topic.name) {
            return Err(exists(&topic.name));
        }
        changes.push(Change::Topic(Box::new(topic.clone())));
        self.topics
            .insert(topic.name.clone(), TopicState::new(topic.clone()));
        Ok(topic)
    }

    pub(crate) fn get_topic(&self, name: &str) -> Result<Topic, Status> {
        self.topics
            .get(name)
            .map(|topic| topic.config.clone())
            .ok_or_else(|| topic_not_found(name))
    }

    pub(crate) fn update_topic(
        &mut self,
        new: &Topic,
        paths: &[String],
        changes: &mut Vec<Change>,
    ) -> Result<Topic, Status> {
        let topic = self
            .topics
            .get_mut(&new.name)
            .ok_or_else(|| topic_not_found(&new.name))?;
        topic.config = config::merge_topic(topic.config.clone(), new, paths)?;
        changes.push(Change::Topic(Box::new(topic.config.clone())));
        Ok(topic.config.clone())
    }

    /// Deletes a topic; its subscriptions stay, with what they still owe.
    pub(crate) fn delete_topic(&mut self, name: &str, changes: &mut Vec<Change>) -> Result<(), Status> {
        self.topics.remove(name).ok_or_else(|| topic_not_found(name))?;
        changes.push(Change::TopicGone(name.to_owned()));
        for subscription in self.subscriptions.values_mut().filter(|s| s.config.topic == name) {
            names::DELETED_TOPIC.clone_into(&mut subscription.config.topic);
            changes.push(Change::Subscription(Box::new(subscription.config.clone())));
        }
        Ok(())
    }

    pub(crate) fn list_topics(
        &self,
        project: &str,
        size: i32,
        token: &str,
    ) -> Result<(Vec<Topic>, String), Status> {
        names::check_project(project)?;
        let all = self
            .topics
            .values()
            .map(|topic| (&topic.config.name, &topic.config));
        page(all.filter(|(name, _)| is_in(name, project)), size, token)
    }

    /// The names of a topic's subscriptions.
    pub(crate) fn subscriptions_of(
        &self,
        topic: &str,
        size: i32,
        token: &str,
    ) -> Result<(Vec<String>, String), Status> {
        self.get_topic(topic)?;
        let ours = self
            .subscriptions
            .iter()
            .filter(|(_, s)| s.config.topic == topic && !s.config.detached);
        page(ours.map(|(name, _)| (name, name)), size, token)
    }

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

fn is_in(name: &str, project: &str) -> bool {
    name.strip_prefix(project)
        .is_some_and(|rest| rest.starts_with('/'))
}

fn exists(name: &str) -> Status {
    Status::already_exists(format!(
        "Resource already exists in the project (resource={}).",
        name.rsplit('/').next().unwrap_or(name)
    ))
}

/// A page of entries that are sorted by name: those after the name in `token`, and the token of the next page.
fn page<'a, T: Clone + 'a>(
    entries: impl Iterator<Item = (&'a String, &'a T)>,
    size: i32,
    token: &str,
) -> Result<(Vec<T>, String), Status> {
    let size =
        usize::try_from(size).map_err(|_| Status::invalid_argument("page_size must not be negative."))?;
    let size = if size == 0 { MAX_PAGE } else { size.min(MAX_PAGE) };
    let mut after = entries.filter(|(name, _)| name.as_str() > token).peekable();
    let (mut found, mut last) = (Vec::new(), "");
    while found.len() < size
        && let Some((name, entry)) = after.next()
    {
        found.push(entry.clone());
        last = name;
    }
    let next = if after.peek().is_some() {
        last.to_owned()
    } else {
        String::new()
    };
    Ok((found, next))
}
