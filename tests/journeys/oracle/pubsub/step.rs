//! What is done to Pub/Sub, and how a history of it is made from a seed.

use crate::oracle::chance::Chance;

/// How many topics and subscriptions a history knows.
const NAMES: usize = 3;

/// One call. Numbers name topics and subscriptions; `held` counts among the messages of a subscription that are out, in the order of
/// what they say.
#[derive(Debug, Clone)]
pub(super) enum Step {
    CreateTopic(usize),
    DeleteTopic(usize),
    GetTopic(usize),
    ListTopics,
    CreateSubscription {
        name: usize,
        topic: usize,
        settings: Settings,
    },
    DeleteSubscription(usize),
    GetSubscription(usize),
    UpdateSubscription(usize, Settings),
    ListSubscriptions,
    ListTopicSubscriptions(usize),
    /// Keys and whether there are attributes, a message each.
    Publish(usize, Vec<(Option<usize>, bool)>),
    Pull(usize),
    Acknowledge(usize, Held),
    Deadline(usize, Held, i32),
}

/// What a subscription is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) ordered: bool,
    pub(super) retain: bool,
    pub(super) deadline: i32,
}

/// Which of the messages that are out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held {
    All,
    One(usize),
}

/// A history: topics and subscriptions first, so that most steps find some.
pub(super) fn history(seed: u64, length: usize) -> Vec<Step> {
    let mut chance = Chance::of(seed);
    let mut steps: Vec<Step> = (0..NAMES).map(Step::CreateTopic).collect();
    steps.extend((0..NAMES).map(|name| create(&mut chance, name)));
    while steps.len() < length {
        let step = step(&mut chance);
        steps.push(step);
    }
    steps
}

fn create(chance: &mut Chance, name: usize) -> Step {
    Step::CreateSubscription {
        name,
        topic: chance.below(NAMES),
        settings: settings(chance),
    }
}

fn settings(chance: &mut Chance) -> Settings {
    Settings {
        ordered: chance.one_in(2),
        retain: chance.one_in(2),
        // leases never run out by themselves: nothing depends on how fast a side is
        deadline: chance.of_these(&[300, 600]),
    }
}

fn step(chance: &mut Chance) -> Step {
    let name = chance.below(NAMES);
    let held = if chance.one_in(3) {
        Held::All
    } else {
        Held::One(chance.below(8))
    };
    match chance.below(34) {
        0 => Step::CreateTopic(name),
        1 => Step::DeleteTopic(name),
        2 => Step::GetTopic(name),
        3 => Step::ListTopics,
        4 | 5 => create(chance, name),
        6 => Step::DeleteSubscription(name),
        7 => Step::GetSubscription(name),
        8 => Step::UpdateSubscription(name, settings(chance)),
        9 => Step::ListSubscriptions,
        10 => Step::ListTopicSubscriptions(name),
        11..=18 => Step::Publish(
            name,
            chance.some(1, 5, |chance| {
                (chance.maybe(2, |chance| chance.below(2)), chance.one_in(3))
            }),
        ),
        19..=26 => Step::Pull(name),
        27..=30 => Step::Acknowledge(name, held),
        _ => Step::Deadline(name, held, chance.of_these(&[0, 0, 0, 60, 600, 601, -1])),
    }
}
