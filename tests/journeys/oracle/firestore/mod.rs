//! Firestore: commits with every kind of write, transactions, queries, lists and reads in the past.
//!
//! `ORACLE_FIRESTORE=host:port` names Google's emulator. `ORACLE_SEED` (1), `ORACLE_HISTORIES` (20) and `ORACLE_STEPS` (60) say what is
//! played; `ORACLE_OURS` names an emulator of ours that runs already.

mod contended;
mod forgive;
mod generate;
mod shown;
mod side;
mod step;

use super::{Difference, Sides};
use emulator::{Emulator, Options};
use side::Side;
use std::collections::BTreeSet;
use step::Step;

/// How many shorter histories are tried to find the shortest that differs.
const TRIES: usize = 400;

/// What Google's emulator answers when it fails by itself: nothing to be compared with.
const BROKEN: &str = "Unknown";

/// Histories of Firestore.
struct Histories(Sides);

impl Histories {
    /// Plays the steps of a seed that `kept` names.
    async fn play(
        &self,
        seed: u64,
        length: usize,
        kept: &BTreeSet<usize>,
    ) -> (Vec<Step>, Option<Difference>) {
        let project = format!("oracle-{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
        let database = format!("projects/{project}/databases/(default)");
        let steps = generate::history(seed, length, &database);
        let mut our_side = Side::at(&self.0.ours, &database).await;
        let mut googles_side = Side::at(&self.0.googles, &database).await;
        for (number, step) in steps
            .iter()
            .enumerate()
            .filter(|(number, _)| kept.contains(number))
        {
            let plain = step.without_transaction();
            let step = match &plain {
                Some(plain) if googles_side.refuses(number, plain).await => plain,
                _ => step, // what Google's refuses would leave a transaction that locks and has no name
            };
            let (ours, googles) = tokio::join!(our_side.play(number, step), googles_side.play(number, step));
            if googles.0 == BROKEN && plain.is_some() {
                return (steps, None);
            }
            if ours.0 == googles.0 || googles.0 == BROKEN {
                continue;
            }
            if forgive::forgiven(step, &ours, &googles) {
                if step.writes() {
                    return (steps, None); // they hold different documents from here on
                }
            } else {
                return (
                    steps,
                    Some(Difference {
                        at: number,
                        ours,
                        googles,
                    }),
                );
            }
        }
        (steps, None)
    }

    /// Leaves out whatever the same difference does not need.
    async fn shortest(&self, seed: u64, length: usize, found: &Difference) -> BTreeSet<usize> {
        let mut kept: BTreeSet<usize> = (0..=found.at).collect();
        let mut tries = 0;
        let mut chunk = kept.len().div_ceil(2);
        while chunk > 0 && tries < TRIES {
            let all: Vec<usize> = kept
                .iter()
                .copied()
                .filter(|number| *number != found.at)
                .collect();
            for part in all.chunks(chunk) {
                let fewer: BTreeSet<usize> = kept
                    .iter()
                    .copied()
                    .filter(|number| !part.contains(number))
                    .collect();
                tries += 1;
                if let (_, Some(still)) = self.play(seed, length, &fewer).await
                    && still.at == found.at
                    && (&still.ours.0, &still.googles.0) == (&found.ours.0, &found.googles.0)
                {
                    kept = fewer;
                }
            }
            chunk = if chunk == 1 { 0 } else { chunk.div_ceil(2) };
        }
        kept
    }

    /// Tells of the first difference in a history, if there is one.
    async fn compare(&self, seed: u64, length: usize) -> Option<String> {
        let (_, found) = self.play(seed, length, &(0..=length).collect()).await;
        let kept = self.shortest(seed, length, &found?).await;
        let (steps, found) = self.play(seed, length, &kept).await;
        let found = found?;
        let told: Vec<String> = kept
            .iter()
            .map(|number| format!("{number}: {}", brief(&format!("{:?}", steps[*number]))))
            .collect();
        let answered = |(answer, words): &(String, String)| format!("{answer} ({})", brief(words));
        Some(format!(
            "seed {seed}, step {}:\n{}\nours: {}\nGoogle's: {}\n",
            found.at,
            told.join("\n"),
            answered(&found.ours),
            answered(&found.googles)
        ))
    }
}

/// A step as a person reads it: without the database's name and what is always the same.
fn brief(text: &str) -> String {
    let mut parts = text.split("projects/oracle-");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        short.push_str(part.split_once("/documents").map_or(part, |(_, rest)| rest));
    }
    for usual in [
        "Value { value_type: ",
        "FieldReference { field_path: ",
        "Filter { filter_type: ",
        ", create_time: None, update_time: None",
        "update_mask: None, ",
        "update_transforms: [], ",
        "current_document: None, ",
        ", find_nearest: None",
        "start_at: None, ",
        "end_at: None, ",
        "offset: 0, ",
        "select: None, ",
        "Some(",
    ] {
        short = short.replace(usual, "");
    }
    short
}

/// An emulator of ours for this test alone, or the one at `ORACLE_OURS`.
async fn ours() -> (
    String,
    Option<(tempfile::TempDir, tokio::task::JoinHandle<std::io::Result<()>>)>,
) {
    if let Some(address) = crate::oracle::text("ORACLE_OURS") {
        return (address, None);
    }
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::open(Options::new(folder.path())).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move { emulator.serve(listener, std::future::pending()).await });
    (address, Some((folder, server)))
}

#[tokio::test]
async fn our_firestore_answers_as_googles() {
    let Some(googles) = super::google("ORACLE_FIRESTORE") else {
        return;
    };
    let (ours, served) = ours().await;
    let sides = Histories(Sides { ours, googles });
    super::play_all(async |seed, length| sides.compare(seed, length).await).await;
    if let Some((_, server)) = served {
        server.abort();
    }
}
