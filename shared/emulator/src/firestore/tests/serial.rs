//! Random histories of transactions, plain commits and crashes: what was committed equals one serial order, that of the commits, and stays.

use super::*;
use crate::firestore::engine::{Consistency, Engine, Place};
use crate::firestore::name::Database;
use crate::firestore::query::plan::Plan;
use crate::firestore::transactions::Kind;
use gcloud_sdk::google::firestore::v1::StructuredQuery;
use gcloud_sdk::google::firestore::v1::structured_query::CollectionSelector;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const DOCUMENTS: usize = 5;

/// What an actor does when it is its turn, unless it still waits for what it did before.
#[derive(Debug, Clone)]
enum Action {
    Begin,
    RollBack,
    Call(Call),
    /// The process dies; another opens the folder.
    Crash,
}

#[derive(Debug, Clone)]
enum Call {
    Read(usize),
    Count,
    /// Documents to write, or to delete.
    Write(BTreeMap<usize, bool>),
}

fn actions() -> impl Strategy<Value = Vec<(usize, Action)>> {
    let writes = proptest::collection::btree_map(0..DOCUMENTS, any::<bool>(), 1..3);
    let action = prop_oneof![
        6 => Just(Action::Begin),
        1 => Just(Action::RollBack),
        8 => (0..DOCUMENTS).prop_map(|number| Action::Call(Call::Read(number))),
        2 => Just(Action::Call(Call::Count)),
        8 => writes.prop_map(|writes| Action::Call(Call::Write(writes))),
        1 => Just(Action::Crash),
    ];
    proptest::collection::vec((0..4_usize, action), 1..60)
}

/// Somebody who begins transactions, or commits without one.
#[derive(Default)]
struct Actor {
    transaction: Option<Vec<u8>>,
    /// What the transaction has read, and how many documents it has counted.
    seen: BTreeMap<usize, Option<i64>>,
    counted: Option<usize>,
    waits: Option<(Arc<Place>, Call)>,
}

struct World<'a> {
    folder: &'a Path,
    emulator: Emulator,
    database: Database,
    actors: [Actor; 4],
    model: BTreeMap<usize, i64>,
    serial: i64,
}

fn value_of(document: Option<&Arc<Document>>) -> Option<i64> {
    match document?.fields["x"].value_type {
        Some(ValueType::IntegerValue(number)) => Some(number),
        _ => unreachable!(),
    }
}

impl World<'_> {
    fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.emulator.firestore.engine)
    }

    fn name(&self, number: usize) -> String {
        format!("{}/a/{number}", self.database.root())
    }

    fn act(&mut self, index: usize, action: &Action) {
        if let Some((place, call)) = self.actors[index].waits.take() {
            self.call(index, place, call);
            return;
        }
        match action {
            Action::Begin if self.actors[index].transaction.is_none() => {
                let begun = self.engine().begin(&self.database, Kind::ReadWrite(Vec::new()));
                self.actors[index].transaction = Some(begun.unwrap());
            }
            Action::Begin => {}
            Action::RollBack => self.roll_back(index),
            Action::Call(call) => {
                let place = Arc::new(Place::new(self.engine()));
                self.call(index, place, call.clone());
            }
            Action::Crash => {
                self.actors = Default::default();
                self.emulator = Emulator::open(Options::new(self.folder)).unwrap();
                self.check();
            }
        }
    }

    fn roll_back(&mut self, index: usize) {
        let actor = std::mem::take(&mut self.actors[index]);
        if let Some(id) = actor.transaction {
            self.engine().rollback(&self.database, &id).unwrap();
        }
    }

    fn call(&mut self, index: usize, place: Arc<Place>, call: Call) {
        let done = match &call {
            Call::Read(number) => self.read(index, &place, *number),
            Call::Count => self.count(index, &place),
            Call::Write(writes) => self.write(index, &place, writes),
        };
        match done {
            Ok(()) => {}
            Err(_) if place.waits() => self.actors[index].waits = Some((place, call)),
            Err(status) => {
                assert_eq!(status.code(), Code::Aborted, "{status}");
                self.actors[index] = Actor::default();
            }
        }
    }

    fn read(&mut self, index: usize, place: &Place, number: usize) -> Result<(), Status> {
        let id = self.actors[index].transaction.clone();
        let consistency = id
            .as_deref()
            .map_or(Consistency::Latest, Consistency::Transaction);
        let names = [self.name(number)];
        let engine = self.engine();
        engine.hold_documents(place, &self.database, &names, consistency)?;
        let seen = engine.get(&self.database, &names, consistency)?.what;
        let value = value_of(seen[0].as_ref());
        assert_eq!(value, self.model.get(&number).copied());
        if id.is_some() {
            let before = self.actors[index].seen.insert(number, value);
            assert!(
                before.is_none_or(|before| before == value),
                "a read was not repeated"
            );
        }
        Ok(())
    }

    fn count(&mut self, index: usize, place: &Place) -> Result<(), Status> {
        let id = self.actors[index].transaction.clone();
        let consistency = id
            .as_deref()
            .map_or(Consistency::Latest, Consistency::Transaction);
        let from = vec![CollectionSelector {
            collection_id: "a".to_owned(),
            all_descendants: false,
        }];
        let query = StructuredQuery {
            from,
            ..StructuredQuery::default()
        };
        let (_, plan) = Plan::read(&self.database.root(), &query)?;
        let engine = self.engine();
        engine.hold_range(place, &self.database, &plan, consistency)?;
        let count = engine
            .query(&self.database, &plan, consistency)?
            .what
            .documents
            .len();
        assert_eq!(count, self.model.len());
        self.actors[index].counted = id.map(|_| count);
        Ok(())
    }

    fn write(&mut self, index: usize, place: &Place, writes: &BTreeMap<usize, bool>) -> Result<(), Status> {
        let value = self.serial + 1;
        let one = |(number, deleted): (&usize, &bool)| {
            let name = self.name(*number);
            let fields = [("x".to_owned(), integer(value))].into();
            let operation = if *deleted {
                Operation::Delete(name)
            } else {
                Operation::Update(Document {
                    name,
                    fields,
                    ..Document::default()
                })
            };
            Write {
                operation: Some(operation),
                ..Write::default()
            }
        };
        let requests: Vec<Write> = writes.iter().map(one).collect();
        let id = self.actors[index].transaction.clone();
        self.engine()
            .commit(place, &self.database, &requests, id.as_deref())?;
        let actor = std::mem::take(&mut self.actors[index]);
        for (number, seen) in actor.seen {
            assert_eq!(self.model.get(&number).copied(), seen, "an update was lost");
        }
        assert!(
            actor.counted.is_none_or(|count| count == self.model.len()),
            "a phantom"
        );
        self.serial = value;
        for (number, deleted) in writes {
            if *deleted {
                self.model.remove(number);
            } else {
                self.model.insert(*number, value);
            }
        }
        self.check();
        Ok(())
    }

    /// Everything that was committed is there, and nothing else.
    fn check(&self) {
        let names: Vec<String> = (0..DOCUMENTS).map(|number| self.name(number)).collect();
        let stored = self
            .engine()
            .get(&self.database, &names, Consistency::Latest)
            .unwrap()
            .what;
        for (number, document) in stored.iter().enumerate() {
            assert_eq!(value_of(document.as_ref()), self.model.get(&number).copied());
        }
    }

    /// Those who do not wait give up; all others come to an end.
    fn finish(&mut self) {
        for index in 0..self.actors.len() {
            if self.actors[index].waits.is_none() {
                self.roll_back(index);
            }
        }
        for _ in 0..self.actors.len() * 2 {
            for index in 0..self.actors.len() {
                match self.actors[index].waits.take() {
                    Some((place, call)) => self.call(index, place, call),
                    None => self.roll_back(index),
                }
            }
        }
        assert!(
            self.actors.iter().all(|actor| actor.waits.is_none()),
            "somebody waits for nobody"
        );
    }
}

#[test]
fn what_is_committed_has_a_serial_order_and_survives() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let config = ProptestConfig {
        cases: 64,
        source_file: Some(file!()),
        test_name: Some("what_is_committed_has_a_serial_order_and_survives"),
        ..ProptestConfig::default()
    };
    let cases = std::cell::Cell::new(0);
    let played = TestRunner::new(config).run(&actions(), |history| {
        cases.set(cases.get() + 1);
        let mut world = World {
            folder: folder.path(),
            emulator: Emulator::open(Options::new(folder.path())).unwrap(),
            database: Database::parse(&format!("projects/p{}/databases/(default)", cases.get())).unwrap(),
            actors: Default::default(),
            model: BTreeMap::new(),
            serial: 0,
        };
        for (index, action) in history {
            world.act(index, &action);
        }
        world.finish();
        Ok(())
    });
    played.unwrap();
}
