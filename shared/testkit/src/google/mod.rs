//! Kith on Google's own emulators: where the usual variables (`FIRESTORE_EMULATOR_HOST`, `PUBSUB_EMULATOR_HOST`) name them when the tests start,
//! documents and messages are theirs. Cloud Storage, Cloud Run, Cloud Scheduler and the keys of tokens stay on our emulator.
//!
//! Google's Pub/Sub emulator signs no tokens, knows no hosts of ours and delivers what a filter keeps out, so a relay stands between it and the
//! functions. Its messages are witnessed, so that a test can wait until all are delivered.

mod api;
mod relay;
mod witness;

use api::Api;
use local::Addresses;
use relay::Relay;
use runtime::Environment;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use witness::Witness;

/// Where one of Google's emulators is, if the process was told.
fn told(variable: &str) -> Option<String> {
    let address = Environment::from_process().reader().or(variable, String::new());
    Some(address).filter(|address| !address.is_empty())
}

/// Whether one of Google's emulators stands for ours.
pub fn on_googles() -> bool {
    told("FIRESTORE_EMULATOR_HOST").is_some() || told("PUBSUB_EMULATOR_HOST").is_some()
}

/// Whether a test that turns our own emulator (holds, faults) has to be left out, because Google's stand for it; says so.
pub fn left_out() -> bool {
    left_out_as("turns or reads our own emulator")
}

/// The same for another reason.
pub fn left_out_as(why: &str) -> bool {
    let out = on_googles();
    if out {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or_default();
        println!("{test} {why}: not run on Google's");
    }
    out
}

/// The variables of functions and jobs that point to Google's emulators.
pub(crate) fn variables() -> Vec<(&'static str, String)> {
    ["FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST"]
        .into_iter()
        .filter_map(|name| Some((name, told(name)?)))
        .collect()
}

/// `environment` with these over it.
pub(crate) fn pointed(environment: Environment) -> Environment {
    let elsewhere = variables().into_iter();
    elsewhere.fold(environment, |told, (name, address)| told.with(name, address))
}

/// The way between Google's Pub/Sub emulator and a Kith.
#[derive(Debug)]
pub(crate) struct Google {
    api: Api,
    witness: Arc<Witness>,
    relaying: JoinHandle<()>,
}

impl Google {
    /// Makes topics and subscriptions at Google's emulator; nothing when messages are ours.
    pub(crate) async fn open(at: &Addresses, kith: &local::Description) -> Option<Self> {
        let api = Api::new(&told("PUBSUB_EMULATOR_HOST")?, &at.project);
        let witness = Arc::new(Witness::default());
        let (relay, relaying) = Relay::start(at, kith, Arc::clone(&witness)).await;
        let subscriptions = || kith.functions.iter().flat_map(|function| &function.subscriptions);
        let mut topics: Vec<_> = subscriptions()
            .map(|subscription| subscription.topic.clone())
            .collect();
        topics.sort();
        topics.dedup();
        for topic in topics {
            api.make_topic(&topic).await;
            api.make_subscription(&witness_of(&topic), &topic, json!({}))
                .await;
            let push = json!({ "pushEndpoint": format!("http://{relay}/{topic}") });
            api.make_subscription(&push_of(&topic), &topic, push).await;
            witness.topic(&topic);
        }
        for subscription in subscriptions() {
            witness.subscription(&subscription.name, &subscription.topic);
        }
        Some(Self {
            api,
            witness,
            relaying,
        })
    }

    /// What was published and is not yet taken by everybody who wants it.
    pub(crate) async fn pending(&self) -> Vec<String> {
        self.look().await;
        self.witness.pending()
    }

    /// All messages of a topic so far, as our emulator's control surface tells them.
    pub(crate) async fn published(&self, topic: &str) -> Vec<Value> {
        self.look().await;
        self.witness.published(topic)
    }

    async fn look(&self) {
        for topic in self.witness.topics() {
            let messages = self.api.pull(&witness_of(&topic)).await;
            self.witness.saw(&topic, messages);
        }
    }
}

/// The subscription through which the test sees a topic.
fn witness_of(topic: &str) -> String {
    format!("witness-{topic}")
}

/// The subscription through which functions get a topic.
fn push_of(topic: &str) -> String {
    format!("push-{topic}")
}

impl Drop for Google {
    /// Takes the subscriptions away, each of which costs Google's emulator threads.
    fn drop(&mut self) {
        self.relaying.abort();
        let (api, topics) = (self.api.again(), self.witness.topics());
        let ending = std::thread::spawn(move || {
            let runtime = Runtime::new().expect("a runtime");
            runtime.block_on(async {
                for topic in topics {
                    api.delete_subscription(&push_of(&topic)).await;
                    api.delete_subscription(&witness_of(&topic)).await;
                }
            });
        });
        // what it could not take away it has said on its own
        let _ = ending.join();
    }
}
