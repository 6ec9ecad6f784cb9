//! Random histories of commits against a model that keeps every document in a map: every kind of write, transform, mask and precondition,
//! several writes of one document, in transactions and without, in batches, with crashes. Each answer is what the model says, and every
//! moment stays as it was.

mod generate;
mod rules;
mod values;

use super::*;
use crate::firestore::engine::{Consistency, Engine, Place};
use crate::firestore::name::Database;
use crate::firestore::time::micros;
use crate::firestore::transactions::Kind;
use crate::testing::cases;
use gcloud_sdk::google::firestore::v1::WriteResult;
use generate::{Event, Wanted};
use proptest::prelude::*;
use rules::{Doc, Docs, One};
use std::sync::Arc;
use values::V;

/// The paths of all documents.
const PATHS: [&str; 3] = ["a/1", "a/2", "a/1/b/3"];

/// The emulator and the model.
struct Both {
    folder: tempfile::TempDir,
    emulator: Emulator,
    database: Database,
    now: Docs,
    /// The time of each commit, and what it left.
    past: Vec<(i64, Docs)>,
}

impl Both {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let emulator = Emulator::open(Options::new(folder.path())).unwrap();
        let database = Database::parse(DATABASE).unwrap();
        let past = Vec::new();
        Self {
            folder,
            emulator,
            database,
            now: Docs::default(),
            past,
        }
    }

    fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.emulator.firestore.engine)
    }

    /// The writes with the times that their preconditions mean: those of commits, counted back from the last.
    fn timed(&self, writes: &[One]) -> Vec<One> {
        let time = |back: usize| {
            let last = self.past.len().checked_sub(back + 1);
            last.map_or(1, |number| self.past[number].0)
        };
        let timed = |one: &One| One {
            when: match one.when {
                Wanted::Commit(back) => Wanted::Time(time(back)),
                other => other,
            },
            ..one.clone()
        };
        writes.iter().map(timed).collect()
    }

    fn happen(&mut self, event: &Event) -> Result<(), TestCaseError> {
        match event {
            Event::Commit(writes) => self.commit(&self.timed(writes), None)?,
            Event::Transaction(writes) => {
                let id = self
                    .engine()
                    .begin(&self.database, Kind::ReadWrite(Vec::new()))
                    .unwrap();
                let place = Place::new(self.engine());
                let names: Vec<String> = PATHS.iter().map(|path| name(path)).collect();
                let at = Consistency::Transaction(&id);
                self.engine()
                    .hold_documents(&place, &self.database, &names, at)
                    .unwrap();
                prop_assert_eq!(self.read(at), self.now.clone());
                self.commit(&self.timed(writes), Some(&id))?;
                // what is wrong whatever documents there are is no end
                let goes_on = rules::malformed(writes).is_some();
                prop_assert_eq!(self.engine().get(&self.database, &names, at).is_ok(), goes_on);
                if goes_on {
                    self.engine().rollback(&self.database, &id).unwrap();
                }
            }
            Event::Batch(writes) => self.batch(&self.timed(writes))?,
            Event::Crash => self.emulator = Emulator::open(Options::new(self.folder.path())).unwrap(),
        }
        prop_assert_eq!(self.read(Consistency::Latest), self.now.clone());
        Ok(())
    }

    fn commit(&mut self, writes: &[One], transaction: Option<&[u8]>) -> Result<(), TestCaseError> {
        let engine = self.engine();
        let requests: Vec<Write> = writes.iter().map(One::request).collect();
        let done = engine.commit(&Place::new(self.engine()), &self.database, &requests, transaction);
        let time = done
            .as_ref()
            .map_or(i64::MAX, |answer| micros(&answer.commit_time.unwrap()));
        match (rules::commit(&self.now, writes, time), done) {
            (Ok((docs, results)), Ok(answer)) => {
                let told: Vec<_> = answer.write_results.iter().map(shown).collect();
                prop_assert_eq!(told, results);
                prop_assert!(
                    self.past.last().is_none_or(|(last, _)| *last < time),
                    "times rise"
                );
                self.now = docs;
                self.past.push((time, self.now.clone()));
            }
            (wanted, done) => prop_assert_eq!(wanted.err(), done.err().map(|status| status.code())),
        }
        Ok(())
    }

    fn batch(&mut self, writes: &[One]) -> Result<(), TestCaseError> {
        let engine = self.engine();
        let requests: Vec<Write> = writes.iter().map(One::request).collect();
        let done = engine.write_each(&Place::new(self.engine()), &self.database, &requests);
        let Ok(results) = done else {
            prop_assert_eq!(rules::malformed(writes), done.err().map(|status| status.code()));
            return Ok(());
        };
        prop_assert_eq!(rules::malformed(writes), None);
        let times = results
            .iter()
            .flatten()
            .filter_map(|result| result.update_time.as_ref());
        let time = times.map(micros).max().unwrap_or_default();
        for (one, result) in writes.iter().zip(results) {
            match (rules::commit(&self.now, std::slice::from_ref(one), time), result) {
                (Ok((docs, results)), Ok(result)) => {
                    prop_assert_eq!(&shown(&result), &results[0]);
                    self.now = docs;
                }
                (wanted, result) => prop_assert_eq!(wanted.err(), result.err().map(|status| status.code())),
            }
        }
        Ok(())
    }

    /// All documents as they are, or were.
    fn read(&self, at: Consistency<'_>) -> Docs {
        let names: Vec<String> = PATHS.iter().map(|path| name(path)).collect();
        let stored = self.engine().get(&self.database, &names, at).unwrap().what;
        let doc = |document: &Arc<Document>| Doc {
            fields: document
                .fields
                .iter()
                .map(|(name, value)| (name.clone(), V::of(value)))
                .collect(),
            created: micros(&document.create_time.unwrap()),
            updated: micros(&document.update_time.unwrap()),
        };
        let some = PATHS
            .iter()
            .zip(&stored)
            .filter_map(|(path, stored)| Some((*path, doc(stored.as_ref()?))));
        some.collect()
    }
}

/// What a write's result says: the time of the document, and the transforms' results.
fn shown(result: &WriteResult) -> (Option<i64>, Vec<V>) {
    let values = result.transform_results.iter().map(V::of).collect();
    (result.update_time.as_ref().map(micros), values)
}

fn hold(history: &[Event]) -> Result<(), TestCaseError> {
    let mut both = Both::new();
    for event in history {
        both.happen(event)?;
    }
    for (time, docs) in &both.past {
        prop_assert_eq!(&both.read(Consistency::At(*time)), docs);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(40))]
    #[test]
    fn commits_do_what_their_model_does(history in generate::history()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let _inside = runtime.enter();
        hold(&history)?;
    }
}
