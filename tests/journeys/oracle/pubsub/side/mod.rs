//! One of the two emulators, and the messages of it that are out.

mod messages;
mod resources;

use super::step::Step;
use gcloud_sdk::google::pubsub::v1::publisher_client::PublisherClient;
use gcloud_sdk::google::pubsub::v1::subscriber_client::SubscriberClient;
use std::collections::{BTreeMap, BTreeSet};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

/// One emulator, and a project in it.
pub(super) struct Side {
    publisher: PublisherClient<Channel>,
    subscriber: SubscriberClient<Channel>,
    project: String,
    /// The acknowledgement id of each message that is out, by subscription and by what the message says.
    out: BTreeMap<usize, BTreeMap<String, String>>,
    /// Subscriptions that keep the order of keys. Nothing is given back to them: Google's emulator breaks what is documented then
    /// (<https://docs.cloud.google.com/pubsub/docs/ordering>: redelivered messages come in order too, with every later one of their key).
    ordered: BTreeSet<usize>,
}

impl Side {
    pub(super) async fn at(address: &str, project: &str) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let channel = endpoint.connect().await.expect("an emulator");
        Self {
            publisher: PublisherClient::new(channel.clone()),
            subscriber: SubscriberClient::new(channel),
            project: project.to_owned(),
            out: BTreeMap::new(),
            ordered: BTreeSet::new(),
        }
    }

    /// Does a step and tells the answer, everything that must be the same on both sides, with the words of a refusal, which need not.
    pub(super) async fn play(&mut self, number: usize, step: &Step) -> (String, String) {
        let answer = match step.clone() {
            Step::CreateTopic(name) => self.create_topic(name).await,
            Step::DeleteTopic(name) => self.delete_topic(name).await,
            Step::GetTopic(name) => self.get_topic(name).await,
            Step::ListTopics => self.list_topics().await,
            Step::CreateSubscription {
                name,
                topic,
                settings,
            } => self.create_subscription(name, topic, settings).await,
            Step::DeleteSubscription(name) => self.delete_subscription(name).await,
            Step::GetSubscription(name) => self.get_subscription(name).await,
            Step::UpdateSubscription(name, settings) => self.update_subscription(name, settings).await,
            Step::ListSubscriptions => self.list_subscriptions().await,
            Step::ListTopicSubscriptions(topic) => self.list_topic_subscriptions(topic).await,
            Step::Publish(topic, messages) => self.publish(number, topic, &messages).await,
            Step::Pull(subscription) => self.pull(subscription).await,
            Step::Acknowledge(subscription, held) => self.acknowledge(subscription, held).await,
            Step::Deadline(subscription, held, seconds) => self.deadline(subscription, held, seconds).await,
        };
        match answer {
            Ok(answer) => (answer, String::new()),
            Err(status) => (format!("{:?}", status.code()), status.message().to_owned()),
        }
    }

    fn topic(&self, name: usize) -> String {
        format!("projects/{}/topics/topic{name}", self.project)
    }

    fn subscription(&self, name: usize) -> String {
        format!("projects/{}/subscriptions/subscription{name}", self.project)
    }

    /// A name without what it stands in, which is the same for all.
    fn short(&self, name: &str) -> String {
        name.replace(&format!("projects/{}/", self.project), "")
    }
}

/// What an answer without content tells.
fn done<T>(_: T) -> String {
    "done".to_owned()
}

/// The answer of a call, or its refusal.
type Told = Result<String, Status>;
