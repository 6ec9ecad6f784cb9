//! What was published, and who has taken it: without IO.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Messages by topic, and what each subscription is done with.
#[derive(Debug, Default)]
pub(super) struct Witness {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    published: BTreeMap<String, Vec<Value>>,
    /// The topic of each subscription, and the ids of messages that it is done with.
    done: BTreeMap<String, (String, BTreeSet<String>)>,
}

impl Witness {
    fn with<T>(&self, work: impl FnOnce(&mut Seen) -> T) -> T {
        work(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn topic(&self, name: &str) {
        self.with(|seen| {
            seen.published.entry(name.to_owned()).or_default();
        });
    }

    pub(super) fn subscription(&self, name: &str, topic: &str) {
        self.with(|seen| {
            let empty = (topic.to_owned(), BTreeSet::new());
            seen.done.insert(name.to_owned(), empty);
        });
    }

    pub(super) fn topics(&self) -> Vec<String> {
        self.with(|seen| seen.published.keys().cloned().collect())
    }

    /// These were published; some may have been told before.
    pub(super) fn saw(&self, topic: &str, messages: Vec<Value>) {
        self.with(|seen| {
            let known = seen.published.entry(topic.to_owned()).or_default();
            for message in messages {
                if !known.iter().any(|one| one["messageId"] == message["messageId"]) {
                    known.push(message);
                }
            }
        });
    }

    /// A subscription needs to have this message no more.
    pub(super) fn done(&self, subscription: &str, id: &str) {
        self.with(|seen| {
            if let Some((_, done)) = seen.done.get_mut(subscription) {
                done.insert(id.to_owned());
            }
        });
    }

    pub(super) fn is_done(&self, subscription: &str, id: &str) -> bool {
        self.with(|seen| {
            let done = seen.done.get(subscription);
            done.is_some_and(|(_, done)| done.contains(id))
        })
    }

    pub(super) fn published(&self, topic: &str) -> Vec<Value> {
        self.with(|seen| seen.published.get(topic).cloned().unwrap_or_default())
    }

    /// What each subscription still has to take.
    pub(super) fn pending(&self) -> Vec<String> {
        self.with(|seen| {
            let mut pending = Vec::new();
            for (name, (topic, done)) in &seen.done {
                let messages = seen.published.get(topic).into_iter().flatten();
                let left = messages
                    .filter(|message| !message["messageId"].as_str().is_some_and(|id| done.contains(id)))
                    .count();
                pending
                    .extend((left > 0).then(|| format!("{left} messages for {name} at Google's emulator")));
            }
            pending
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Witness;
    use serde_json::json;

    #[test]
    fn a_message_is_pending_until_all_subscriptions_of_its_topic_are_done_with_it() {
        let witness = Witness::default();
        witness.topic("posts");
        witness.subscription("one", "posts");
        witness.subscription("two", "posts");
        witness.subscription("other", "videos");
        witness.saw("posts", vec![json!({ "messageId": "1" })]);
        witness.saw(
            "posts",
            vec![json!({ "messageId": "1" }), json!({ "messageId": "2" })],
        );
        assert_eq!(witness.published("posts").len(), 2);
        witness.done("one", "1");
        witness.done("one", "2");
        witness.done("two", "1");
        assert_eq!(witness.pending(), ["1 messages for two at Google's emulator"]);
        witness.done("two", "2");
        assert!(witness.pending().is_empty());
    }
}
