//! Publishing, pulling, and what is said about messages that are out.

use super::{Side, Told, done};
use crate::oracle::pubsub::step::Held;
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, ModifyAckDeadlineRequest, PublishRequest, PubsubMessage, PullRequest,
};
use std::collections::BTreeMap;

/// More than any history publishes: a pull takes all there is, so that nothing depends on which messages a side prefers.
const ALL: i32 = 1000;
/// Pulls in a row that find nothing before nothing is believed to be there: Google's emulator may need a moment for what was just published, and
/// hands out one message of a key at a time.
const QUIET: usize = 2;
/// What is told instead of a call that would name no message.
const NOTHING_OUT: &str = "nothing is out";

impl Side {
    pub(super) async fn publish(
        &mut self,
        step: usize,
        topic: usize,
        told: &[(Option<usize>, bool)],
    ) -> Told {
        let messages = told.iter().enumerate().map(|(n, (key, attributes))| {
            let said = format!("{step:03}-{n}");
            PubsubMessage {
                ordering_key: key.map(|key| format!("key{key}")).unwrap_or_default(),
                attributes: attributes
                    .then(|| ("said".to_owned(), said.clone()))
                    .into_iter()
                    .collect(),
                data: said.into_bytes(),
                ..PubsubMessage::default()
            }
        });
        let asked = PublishRequest {
            topic: self.topic(topic),
            messages: messages.collect(),
        };
        let answer = self.publisher.publish(asked).await?.into_inner();
        Ok(format!("{} published", answer.message_ids.len()))
    }

    /// Everything that can be had. Messages of a key are told in the order they came where that is kept, all others sorted.
    pub(super) async fn pull(&mut self, subscription: usize) -> Told {
        let mut came: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut quiet = 0;
        while quiet < QUIET {
            #[expect(deprecated, reason = "a pull that finds nothing would wait long for it")]
            let asked = PullRequest {
                subscription: self.subscription(subscription),
                max_messages: ALL,
                return_immediately: true,
            };
            let answer = self.subscriber.pull(asked).await?.into_inner();
            quiet = if answer.received_messages.is_empty() {
                quiet + 1
            } else {
                0
            };
            for received in answer.received_messages {
                let message = received.message.unwrap_or_default();
                let said = String::from_utf8_lossy(&message.data).into_owned();
                let out = self.out.entry(subscription).or_default();
                out.insert(said.clone(), received.ack_id);
                let attributes = message.attributes.into_values().collect::<String>();
                let told = format!("{said} ({attributes}) {}", received.delivery_attempt);
                came.entry(message.ordering_key).or_default().push(told);
            }
        }
        let ordered = self.ordered.contains(&subscription);
        for (key, messages) in &mut came {
            if key.is_empty() || !ordered {
                messages.sort();
            }
        }
        Ok(format!("{came:?}"))
    }

    pub(super) async fn acknowledge(&mut self, subscription: usize, held: Held) -> Told {
        let ack_ids = self.take(subscription, held, true);
        if ack_ids.is_empty() {
            return Ok(NOTHING_OUT.to_owned());
        }
        let subscription = self.subscription(subscription);
        let asked = AcknowledgeRequest {
            subscription,
            ack_ids,
        };
        self.subscriber.acknowledge(asked).await.map(done)
    }

    pub(super) async fn deadline(&mut self, subscription: usize, held: Held, seconds: i32) -> Told {
        // a message of a key that is given back comes again with the later ones of its key, but not from Google's emulator
        let seconds = if seconds == 0 && self.ordered.contains(&subscription) {
            60
        } else {
            seconds
        };
        let ack_ids = self.take(subscription, held, seconds == 0);
        if ack_ids.is_empty() {
            return Ok(NOTHING_OUT.to_owned());
        }
        #[expect(clippy::needless_update, reason = "the message may get more fields")]
        let asked = ModifyAckDeadlineRequest {
            subscription: self.subscription(subscription),
            ack_ids,
            ack_deadline_seconds: seconds,
            ..ModifyAckDeadlineRequest::default()
        };
        self.subscriber.modify_ack_deadline(asked).await.map(done)
    }

    /// The acknowledgement ids of what is meant, which are not out any more if they are given up by this.
    fn take(&mut self, subscription: usize, held: Held, given_up: bool) -> Vec<String> {
        let out = self.out.entry(subscription).or_default();
        let meant: Vec<String> = match held {
            Held::All => out.keys().cloned().collect(),
            Held::One(number) if !out.is_empty() => {
                out.keys().nth(number % out.len()).cloned().into_iter().collect()
            }
            Held::One(_) => Vec::new(),
        };
        let ids = meant.iter().map(|said| out[said].clone()).collect();
        if given_up {
            out.retain(|said, _| !meant.contains(said));
        }
        ids
    }
}
