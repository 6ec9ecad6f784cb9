//! Pub/Sub: topics, subscriptions, messages with and without keys, leases.
//!
//! `ORACLE_PUBSUB=host:port` names Google's emulator, the other variables are those of Firestore's comparison. What Google's emulator has not
//! (seeks, snapshots, filters, detaching, most limits: `docs/emulator-differences.md`) is not played.

mod side;
mod step;

use super::{Difference, Sides};
use side::Side;
use std::collections::BTreeSet;
use step::{Step, history};

/// How many shorter histories are tried to find the shortest that differs.
const TRIES: usize = 120;

/// Whether Google's emulator is known to answer otherwise than its documentation; `docs/emulator-differences.md` has the proof.
fn known(step: &Step, ours: &str, googles: &str) -> bool {
    match step {
        Step::ListTopicSubscriptions(_) => ours == "NotFound" && googles.is_empty(),
        Step::Deadline(_, _, seconds) => !(0..=600).contains(seconds) && ours == "InvalidArgument",
        _ => false,
    }
}

/// Histories of Pub/Sub.
struct Histories(Sides);

impl Histories {
    /// Plays those steps of a history that `kept` names.
    async fn play(&self, steps: &[Step], kept: &BTreeSet<usize>) -> Option<Difference> {
        let project = format!("oracle-{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
        let mut ours = Side::at(&self.0.ours, &project).await;
        let mut googles = Side::at(&self.0.googles, &project).await;
        for at in kept.iter().copied() {
            let (ours, googles) = tokio::join!(ours.play(at, &steps[at]), googles.play(at, &steps[at]));
            if ours.0 != googles.0 && !known(&steps[at], &ours.0, &googles.0) {
                return Some(Difference { at, ours, googles });
            }
        }
        None
    }

    /// Leaves out, one after the other, steps that the difference does not need.
    async fn shortest(&self, steps: &[Step], found: &Difference) -> BTreeSet<usize> {
        let mut kept: BTreeSet<usize> = (0..=found.at).collect();
        for number in (0..found.at).rev().take(TRIES) {
            let mut fewer = kept.clone();
            fewer.remove(&number);
            if let Some(still) = self.play(steps, &fewer).await
                && still.at == found.at
            {
                kept = fewer;
            }
        }
        kept
    }

    /// Tells of the first difference in a history, if there is one.
    async fn compare(&self, seed: u64, length: usize) -> Option<String> {
        let steps = history(seed, length);
        let found = self.play(&steps, &(0..steps.len()).collect()).await?;
        let kept = self.shortest(&steps, &found).await;
        // what does not differ twice was chance: the history as it was is told then
        let found = self.play(&steps, &kept).await.unwrap_or(found);
        let played = kept
            .iter()
            .map(|number| format!("{number}: {:?}\n", steps[*number]));
        Some(format!(
            "seed {seed}, step {}:\n{}ours: {:?}\nGoogle's: {:?}\n",
            found.at,
            played.collect::<String>(),
            found.ours,
            found.googles
        ))
    }
}

#[tokio::test]
async fn our_pubsub_answers_as_googles() {
    let Some(googles) = super::google("ORACLE_PUBSUB") else {
        return;
    };
    let ours = testkit::Infra::shared().address.to_string();
    let sides = Histories(Sides { ours, googles });
    super::play_all(async |seed, length| sides.compare(seed, length).await).await;
}
