//! Topics and subscriptions.

use super::{Side, Told, done};
use crate::oracle::pubsub::step::Settings;
use gcloud_sdk::google::pubsub::v1::{
    DeleteSubscriptionRequest, DeleteTopicRequest, GetSubscriptionRequest, GetTopicRequest,
    ListSubscriptionsRequest, ListTopicSubscriptionsRequest, ListTopicsRequest, Subscription, Topic,
    UpdateSubscriptionRequest,
};
use prost_types::FieldMask;

impl Side {
    pub(super) async fn create_topic(&mut self, name: usize) -> Told {
        let topic = Topic {
            name: self.topic(name),
            ..Topic::default()
        };
        let made = self.publisher.create_topic(topic).await?.into_inner();
        Ok(self.short(&made.name))
    }

    pub(super) async fn delete_topic(&mut self, name: usize) -> Told {
        let topic = self.topic(name);
        let asked = DeleteTopicRequest { topic };
        self.publisher.delete_topic(asked).await.map(done)
    }

    pub(super) async fn get_topic(&mut self, name: usize) -> Told {
        let topic = self.topic(name);
        let found = self.publisher.get_topic(GetTopicRequest { topic }).await?;
        Ok(self.short(&found.into_inner().name))
    }

    pub(super) async fn list_topics(&mut self) -> Told {
        let asked = ListTopicsRequest {
            project: format!("projects/{}", self.project),
            ..ListTopicsRequest::default()
        };
        let found = self.publisher.list_topics(asked).await?.into_inner();
        Ok(self.names(found.topics.into_iter().map(|topic| topic.name)))
    }

    pub(super) async fn create_subscription(&mut self, name: usize, topic: usize, told: Settings) -> Told {
        let asked = Subscription {
            topic: self.topic(topic),
            ..self.settings(name, told)
        };
        let made = self.subscriber.create_subscription(asked).await?.into_inner();
        self.out.remove(&name);
        self.ordered.remove(&name);
        if made.enable_message_ordering {
            self.ordered.insert(name);
        }
        Ok(self.described(&made))
    }

    pub(super) async fn update_subscription(&mut self, name: usize, told: Settings) -> Told {
        let paths = ["ack_deadline_seconds", "retain_acked_messages"].map(str::to_owned);
        let asked = UpdateSubscriptionRequest {
            subscription: Some(self.settings(name, told)),
            update_mask: Some(FieldMask {
                paths: paths.to_vec(),
            }),
        };
        let changed = self.subscriber.update_subscription(asked).await?.into_inner();
        Ok(self.described(&changed))
    }

    fn settings(&self, name: usize, told: Settings) -> Subscription {
        Subscription {
            name: self.subscription(name),
            ack_deadline_seconds: told.deadline,
            retain_acked_messages: told.retain,
            enable_message_ordering: told.ordered,
            ..Subscription::default()
        }
    }

    fn described(&self, told: &Subscription) -> String {
        format!(
            "{} of {}: deadline {}, retains {}, ordered {}, kept {:?}",
            self.short(&told.name),
            self.short(&told.topic),
            told.ack_deadline_seconds,
            told.retain_acked_messages,
            told.enable_message_ordering,
            told.message_retention_duration.as_ref().map(|kept| kept.seconds),
        )
    }

    pub(super) async fn get_subscription(&mut self, name: usize) -> Told {
        let subscription = self.subscription(name);
        let asked = GetSubscriptionRequest { subscription };
        let found = self.subscriber.get_subscription(asked).await?.into_inner();
        Ok(self.described(&found))
    }

    pub(super) async fn delete_subscription(&mut self, name: usize) -> Told {
        let subscription = self.subscription(name);
        let asked = DeleteSubscriptionRequest { subscription };
        self.subscriber.delete_subscription(asked).await.map(done)
    }

    pub(super) async fn list_subscriptions(&mut self) -> Told {
        let asked = ListSubscriptionsRequest {
            project: format!("projects/{}", self.project),
            ..ListSubscriptionsRequest::default()
        };
        let found = self.subscriber.list_subscriptions(asked).await?.into_inner();
        Ok(self.names(found.subscriptions.into_iter().map(|found| found.name)))
    }

    pub(super) async fn list_topic_subscriptions(&mut self, topic: usize) -> Told {
        let asked = ListTopicSubscriptionsRequest {
            topic: self.topic(topic),
            ..ListTopicSubscriptionsRequest::default()
        };
        let found = self.publisher.list_topic_subscriptions(asked).await?;
        Ok(self.names(found.into_inner().subscriptions.into_iter()))
    }

    /// Names in an order that is the same on both sides: the documentation promises none.
    fn names(&self, names: impl Iterator<Item = String>) -> String {
        let mut names: Vec<_> = names.map(|name| self.short(&name)).collect();
        names.sort();
        names.join(", ")
    }
}
