//! Topics.

use super::exists;
use super::page::{of_names, of_project};
use crate::pubsub::broker::Broker;
use crate::pubsub::broker::topic::{TopicState, topic_not_found};
use crate::pubsub::config;
use crate::pubsub::names;
use crate::pubsub::store::Store;
use gcloud_sdk::google::pubsub::v1::Topic;
use tonic::Status;

impl Broker {
    pub(crate) fn create_topic(&mut self, store: &Store<'_>, topic: Topic) -> Result<Topic, Status> {
        let topic = config::complete_topic(topic)?;
        if self.topics.contains_key(&topic.name) {
            return Err(exists(&topic.name));
        }
        store.save_topic(&topic)?;
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
        store: &Store<'_>,
        new: &Topic,
        paths: &[String],
        now: i64,
    ) -> Result<Topic, Status> {
        let name = &new.name;
        let topic = self.topics.get_mut(name).ok_or_else(|| topic_not_found(name))?;
        let config = config::merge_topic(topic.config.clone(), new, paths)?;
        store.save_topic(&config)?;
        topic.config = config.clone();
        store.collect(name)?;
        topic.look(store, now)?;
        for subscription in self
            .subscriptions
            .values_mut()
            .filter(|s| s.config.topic == *name)
        {
            subscription.config.topic_message_retention_duration = config.message_retention_duration;
            subscription.save(store)?;
        }
        Ok(config)
    }

    /// Deletes a topic; its subscriptions stay, with what they still owe.
    pub(crate) fn delete_topic(&mut self, store: &Store<'_>, name: &str) -> Result<(), Status> {
        self.topics.remove(name).ok_or_else(|| topic_not_found(name))?;
        store.drop_topic(name)?;
        for subscription in self.subscriptions.values_mut().filter(|s| s.config.topic == name) {
            names::DELETED_TOPIC.clone_into(&mut subscription.config.topic);
            subscription.config.topic_message_retention_duration = None;
            subscription.save(store)?;
        }
        for (snapshot, _) in self.snapshots.values_mut().filter(|(s, _)| s.topic == name) {
            names::DELETED_TOPIC.clone_into(&mut snapshot.topic);
            store.save_snapshot(snapshot)?;
        }
        Ok(())
    }

    pub(crate) fn list_topics(
        &self,
        project: &str,
        size: i32,
        token: &str,
    ) -> Result<(Vec<Topic>, String), Status> {
        let all = self.topics.iter();
        of_project(
            project,
            all.map(|(name, topic)| (name, &topic.config)),
            size,
            token,
        )
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
        of_names(ours.map(|(name, _)| name), size, token)
    }
}
