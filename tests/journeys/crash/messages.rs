//! Messages published, pulled and acknowledged: none that was acknowledged to its publisher is lost, none that its subscriber acknowledged comes
//! again.

use super::life::{Life, Load};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TOPIC: &str = "/v1/projects/crash/topics/news";
const SUBSCRIPTION: &str = "/v1/projects/crash/subscriptions/reader";

#[derive(Default)]
pub(super) struct Messages {
    lives: u64,
    last: u64,
    /// Published in this life, nobody was told.
    open: BTreeSet<u64>,
    published: BTreeSet<u64>,
    /// Sent to be acknowledged in this life, nobody was told.
    maybe_done: BTreeSet<u64>,
    done: BTreeSet<u64>,
}

impl Messages {
    /// Makes the topic and its subscription.
    pub(super) async fn begin(life: &Life) -> Self {
        life.ask(Method::PUT, TOPIC, &json!({})).await;
        let subscription = json!({"topic": "projects/crash/topics/news", "ackDeadlineSeconds": 10});
        life.ask(Method::PUT, SUBSCRIPTION, &subscription).await;
        Self::default()
    }

    /// Publishes, two messages a call, and takes half of what comes.
    pub(super) async fn load(&mut self, load: &Load) {
        let Self {
            last,
            open,
            published,
            maybe_done,
            done,
            lives: _,
        } = self;
        tokio::join!(publish(load, last, open, published), take(load, maybe_done, done));
    }

    /// What nobody acknowledged comes, what was acknowledged does not, and calls were done whole.
    pub(super) async fn check(&mut self, life: &Life) {
        // leases of the last life run out: each life is a minute ahead of the one before
        self.lives += 1;
        let later = json!({"offsetMillis": self.lives * 60_000});
        life.ask(Method::PUT, "/_emulator/clock", &later).await;
        let mut come = BTreeSet::new();
        loop {
            let pull = json!({"maxMessages": 500, "returnImmediately": true});
            let answer = life
                .ask(Method::POST, &format!("{SUBSCRIPTION}:pull"), &pull)
                .await;
            let found = received(&answer);
            if found.is_empty() {
                break;
            }
            come.extend(found.iter().map(|(number, _)| *number));
            let ids: Vec<&str> = found.iter().map(|(_, id)| id.as_str()).collect();
            life.ask(
                Method::POST,
                &format!("{SUBSCRIPTION}:acknowledge"),
                &json!({"ackIds": ids}),
            )
            .await;
        }
        let there = |number: u64| {
            come.contains(&number) || self.done.contains(&number) || self.maybe_done.contains(&number)
        };
        for pair in &self.open {
            assert_eq!(
                there(pair * 2),
                there(pair * 2 + 1),
                "half of a publish call is there"
            );
        }
        let known: BTreeSet<u64> = self.published.union(&self.open).copied().collect();
        for number in &come {
            assert!(known.contains(&(number / 2)), "{number} was never published");
            assert!(
                !self.done.contains(number),
                "{number} was acknowledged and comes again"
            );
        }
        for number in self.published.iter().flat_map(|pair| [pair * 2, pair * 2 + 1]) {
            assert!(there(number), "{number} was published and is lost");
        }
        // everything is taken now: the next life begins with an empty subscription
        self.done
            .extend(self.published.iter().flat_map(|pair| [pair * 2, pair * 2 + 1]));
        self.done.extend(
            std::mem::take(&mut self.open)
                .into_iter()
                .flat_map(|pair| [pair * 2, pair * 2 + 1]),
        );
        self.published.clear();
        self.maybe_done.clear();
    }
}

async fn publish(load: &Load, last: &mut u64, open: &mut BTreeSet<u64>, published: &mut BTreeSet<u64>) {
    loop {
        *last += 1;
        let pair = *last;
        let messages =
            [pair * 2, pair * 2 + 1].map(|number| json!({"attributes": {"number": number.to_string()}}));
        open.insert(pair);
        let body = json!({ "messages": messages });
        if load
            .ask(Method::POST, &format!("{TOPIC}:publish"), &body)
            .await
            .is_none()
        {
            return;
        }
        open.remove(&pair);
        published.insert(pair);
    }
}

/// Acknowledges every other message that it pulls.
async fn take(load: &Load, maybe_done: &mut BTreeSet<u64>, done: &mut BTreeSet<u64>) {
    loop {
        let pull = json!({"maxMessages": 10});
        let Some(answer) = load
            .look(Method::POST, &format!("{SUBSCRIPTION}:pull"), &pull)
            .await
        else {
            return;
        };
        let mine: Vec<(u64, String)> = received(&answer)
            .into_iter()
            .filter(|(number, _)| number % 4 < 2)
            .collect();
        if mine.is_empty() {
            continue;
        }
        let ids: Vec<&str> = mine.iter().map(|(_, id)| id.as_str()).collect();
        maybe_done.extend(mine.iter().map(|(number, _)| *number));
        let body = json!({ "ackIds": ids });
        if load
            .ask(Method::POST, &format!("{SUBSCRIPTION}:acknowledge"), &body)
            .await
            .is_none()
        {
            return;
        }
        for (number, _) in mine {
            maybe_done.remove(&number);
            done.insert(number);
        }
    }
}

/// The numbers of pulled messages, and what acknowledges them.
fn received(answer: &Value) -> Vec<(u64, String)> {
    let all = answer["receivedMessages"].as_array().cloned().unwrap_or_default();
    let read = |message: &Value| {
        let number = message["message"]["attributes"]["number"]
            .as_str()?
            .parse()
            .ok()?;
        Some((number, message["ackId"].as_str()?.to_owned()))
    };
    all.iter()
        .map(|message| read(message).expect("a message of ours"))
        .collect()
}
