//! Entries of the outbox that cannot be sent: they hold up nobody, are put off further each time, and stay.

use super::{Bench, DUE, Happened, ITEMS, item};
use cloud::operations::counted;
use cloud::{Collection, Document, Swept};
use contracts::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// What some other version wrote into the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Poison {
    id: String,
    effects: Value,
    shard: u8,
    due_at: Timestamp,
}

impl Document for Poison {
    fn id(&self) -> String {
        self.id.clone()
    }
}

/// What the clock tells apart.
const MOMENT: Duration = Duration::from_millis(1);
const POISON: Collection<Poison> = Collection::new("functions/bench/outbox");

/// An entry that is not JSON, one whose effect nobody knows, one that is no entry.
async fn poison(bench: &Bench, copies: usize) {
    let effects = [
        Value::from("no effects"),
        Value::from(r#"[{"sing":"loud"}]"#),
        Value::from(7),
    ];
    let mut commit = bench.cloud().commit();
    for (number, effects) in effects.iter().enumerate() {
        for copy in 0..copies {
            let entry = Poison {
                id: format!("poison-{number}-{copy}"),
                effects: effects.clone(),
                shard: u8::try_from(copy % 4).unwrap(),
                due_at: Timestamp::EPOCH,
            };
            commit = commit.create(POISON, &entry);
        }
    }
    commit.await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_sent_holds_up_nobody_and_is_never_thrown_away() {
    let bench = Bench::start().await;
    // more than a sweep reads of a shard at a time, and all due before the others
    poison(&bench, 150).await;
    let lame = bench.without_pubsub();
    let numbers = 0..5;
    for number in numbers.clone() {
        let commit = lame.commit().create(ITEMS, &item(number, 0));
        commit.emit(&Happened { number }).await.unwrap();
    }
    bench.pass(DUE);
    let outbox = bench.cloud().outbox();
    assert_eq!(outbox.sweep().await.unwrap(), Swept { sent: 5, left: 450 });
    assert_eq!(bench.published().await.len(), numbers.len());
    assert_eq!(outbox.waiting().await.unwrap(), 450);

    // twice as long each time
    let (again, cost) = counted(outbox.sweep()).await;
    assert_eq!((again.unwrap(), cost.reads), (Swept::default(), 4));
    for doubled in [2, 4, 8] {
        bench.pass((DUE * doubled).saturating_sub(MOMENT));
        assert_eq!(outbox.sweep().await.unwrap(), Swept::default(), "{doubled}");
        bench.pass(MOMENT);
        assert_eq!(
            outbox.sweep().await.unwrap(),
            Swept { sent: 0, left: 450 },
            "{doubled}"
        );
    }
    assert_eq!(outbox.waiting().await.unwrap(), 450);
}
