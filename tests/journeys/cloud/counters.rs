//! Counters: after any history, what is shown is the count of the records.

use super::{Bench, ITEMS, case, item};
use cloud::operations::counted;
use cloud::{Cloud, Collection, Counted, Result, Tally};
use futures::future::join_all;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counts {
    items: u64,
}

const COUNTERS: Collection<Counted<Counts>> = Collection::new("counters");

/// An instance of whoever counts.
struct Counter {
    cloud: Cloud,
    tally: Tally<Counts>,
}

impl Counter {
    fn new(cloud: Cloud) -> Self {
        let tally = Tally::new(cloud.clone(), COUNTERS, |id| format!("counters:{id}"));
        Self { cloud, tally }
    }

    /// The count by definition.
    async fn definition(&self) -> Result<u64> {
        self.cloud.documents().count(ITEMS.query().eq("list", "l")).await
    }

    /// What the mark of a change makes somebody do. Without Redis it fails once the count is written, and comes again.
    async fn recount(&self) -> Result<()> {
        let count = |_, _| async {
            Ok(Counts {
                items: self.definition().await?,
            })
        };
        self.tally.recount("l", &["items"], count).await.map(|_| ())
    }

    async fn shown(&self) -> u64 {
        self.tally.of(&["l".to_owned()]).await.unwrap()[0].items
    }

    async fn nudge(&self, by: i64) {
        self.tally.nudge("l", &[("items".to_owned(), by)]).await;
    }

    async fn forget_everything(&self) {
        let prefix = self.cloud.cache().key("");
        let mut keys = cloud::redis::cmd("KEYS");
        keys.arg(format!("{prefix}*"));
        let keys: Vec<String> = self.cloud.cache().run(&keys).await.unwrap();
        if !keys.is_empty() {
            let mut remove = cloud::redis::cmd("DEL");
            remove.arg(&keys);
            self.cloud.cache().run::<()>(&remove).await.unwrap();
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// A record is made, with a nudge, a nudge that comes twice, or none.
    Add(u8),
    /// One is taken away.
    Remove(prop::sample::Index, u8),
    /// A nudge for something that never happens.
    Mistake(i64),
    /// The mark of some change is handled, by so many at once, each with Redis or without.
    Handle(u8, bool),
    /// Somebody looks.
    Look,
    /// Redis loses everything.
    Forget,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..3).prop_map(Step::Add),
        2 => (any::<prop::sample::Index>(), 0_u8..3).prop_map(|(index, nudges)| Step::Remove(index, nudges)),
        1 => (-3_i64..4).prop_map(Step::Mistake),
        3 => (1_u8..4, prop::bool::weighted(0.8)).prop_map(|(times, redis)| Step::Handle(times, redis)),
        2 => Just(Step::Look),
        1 => Just(Step::Forget),
    ]
}

async fn play(steps: Vec<Step>) {
    let bench = Bench::start().await;
    let (well, lame) = (Counter::new(bench.cloud()), Counter::new(bench.without_redis()));
    let mut there: Vec<String> = Vec::new();
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Add(nudges) => {
                for _ in 0..nudges {
                    well.nudge(1).await;
                }
                well.cloud.commit().create(ITEMS, &item(number, 0)).await.unwrap();
                there.push(number.to_string());
            }
            Step::Remove(index, nudges) if !there.is_empty() => {
                let id = there.swap_remove(index.index(there.len()));
                for _ in 0..nudges {
                    well.nudge(-1).await;
                }
                well.cloud.commit().remove(ITEMS, &id).await.unwrap();
            }
            Step::Remove(..) => {}
            Step::Mistake(by) => well.nudge(by).await,
            Step::Handle(times, redis) => {
                let by = if redis { &well } else { &lame };
                // a failure is a delivery that comes again: the last one below
                join_all((0..times).map(|_| by.recount())).await;
            }
            Step::Look => {
                well.shown().await;
            }
            Step::Forget => well.forget_everything().await,
        }
    }
    // the last mark is delivered until it is handled
    well.recount().await.unwrap();
    let records = there.len() as u64;
    assert_eq!(well.definition().await.unwrap(), records);
    let stored = well.cloud.documents().get(COUNTERS, "l").await.unwrap().unwrap();
    assert_eq!(stored.counts.items, records, "written");
    assert_eq!(lame.shown().await, records, "without Redis");
    well.forget_everything().await;
    assert_eq!(well.shown().await, records, "filled again");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn after_any_history_it_is_the_count_of_its_records(steps in prop::collection::vec(step(), 0..14)) {
        case(play(steps));
    }
}

/// Counts of two parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Parts {
    comments: u64,
    reactions: Reactions,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Reactions {
    like: u64,
    wow: u64,
}

#[tokio::test]
async fn a_count_of_one_part_leaves_what_was_nudged_of_another() {
    let bench = Bench::start().await;
    let collection: Collection<Counted<Parts>> = Collection::new("parts");
    let cloud = bench.cloud();
    let tally = Tally::new(cloud.clone(), collection, |id| format!("parts:{id}"));
    let shown = async || tally.of(&["l".to_owned()]).await.unwrap()[0];
    let nudge = async |field: &str| {
        tally.nudge("l", &[(field.to_owned(), 1)]).await.unwrap();
        // what is nudged runs out in seconds; this machine may be slow
        let mut persist = cloud::redis::cmd("PERSIST");
        persist.arg(cloud.cache().key("parts:l"));
        cloud.cache().run::<()>(&persist).await.unwrap();
    };
    let count = async |part: &str, like: u64| {
        let anew = |parts: Vec<String>, mut counts: Parts| async move {
            if parts.contains(&"comments".to_owned()) {
                counts.comments = 5;
            }
            if parts.contains(&"reactions".to_owned()) {
                counts.reactions.like = like;
            }
            Ok(counts)
        };
        tally.recount("l", &[part], anew).await.unwrap();
    };
    nudge("reactions.like").await;
    nudge("comments").await;
    // somebody's comments are counted, while the event of the reaction is still on its way
    count("comments", 0).await;
    let (like, wow) = (1, 0);
    let expected = Parts {
        comments: 5,
        reactions: Reactions { like, wow },
    };
    assert_eq!(shown().await, expected);
    count("comments", 0).await;
    assert_eq!(shown().await, expected, "however often");
    count("reactions", 3).await;
    assert_eq!(shown().await.reactions.like, 3, "its own count is what counts");
    nudge("comments").await;
    count("reactions", 4).await;
    let now = shown().await;
    assert_eq!((now.comments, now.reactions.like), (6, 4));
}

#[tokio::test]
async fn a_hundred_marks_at_once_are_few_counts_and_looking_is_a_command() {
    let bench = Bench::start().await;
    let counters: Vec<Counter> = (0..4).map(|_| Counter::new(bench.cloud())).collect();
    let well = &counters[0];
    for number in 0..3 {
        well.cloud.commit().create(ITEMS, &item(number, 0)).await.unwrap();
    }
    let marks = (0..100).map(|n| counters[n % 4].recount());
    let (outcomes, cost) = counted(join_all(marks)).await;
    assert!(outcomes.iter().all(Result::is_ok));
    // whoever draws a ticket while the first run is under way waits for one more
    assert!((1..=3).contains(&cost.writes), "{cost}");
    let (shown, cost) = counted(well.shown()).await;
    assert_eq!(shown, 3);
    assert_eq!(cost.to_string(), "reads=0,writes=0,deletes=0,redis=1,published=0");
    well.forget_everything().await;
    let (shown, cost) = counted(well.shown()).await;
    assert_eq!((shown, cost.reads), (3, 1));
}
