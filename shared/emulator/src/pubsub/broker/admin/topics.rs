//! Topics.

use super::exists;
use super::page::{is_in, page};
use crate::pubsub::broker::Broker;
use crate::pubsub::broker::topic::{TopicState, topic_not_found};
use crate::pubsub::config;
use crate::pubsub::names;
use crate::pubsub::store::Change;
use gcloud_sdk::google::pubsub::v1::Topic;
use tonic::Status;

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
}
