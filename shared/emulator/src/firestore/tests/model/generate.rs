//! Histories: few documents, fields and values, so that they meet again.

use super::PATHS;
use super::rules::{Change, Fields, One, Path, Work};
use super::values::V;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// The fields that masks and transforms name.
const FIELDS: [Path; 6] = [&["a"], &["b"], &["l"], &["m"], &["m", "x"], &["m", "y"]];

/// One thing that happens.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Commit(Vec<One>),
    /// A transaction that reads all documents, and commits.
    Transaction(Vec<One>),
    /// Each write for itself, of different documents.
    Batch(Vec<One>),
    Crash,
}

/// What a write wants of its document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    Anything,
    Exists(bool),
    /// That its last change was a commit, counted back from the last.
    Commit(usize),
    /// That its last change was then.
    Time(i64),
}

pub(super) fn history() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        8 => vec(one(), 1..5).prop_map(Event::Commit),
        2 => vec(one(), 0..4).prop_map(Event::Transaction),
        2 => vec(one(), 1..4).prop_map(|writes| Event::Batch(different(writes))),
        1 => Just(Event::Crash),
    ];
    vec(event, 1..25)
}

/// Of several writes of a document, the first.
fn different(mut writes: Vec<One>) -> Vec<One> {
    let mut seen = std::collections::BTreeSet::new();
    writes.retain(|one| seen.insert(one.path));
    writes
}

fn one() -> impl Strategy<Value = One> {
    let wanted = prop_oneof![
        8 => Just(Wanted::Anything),
        2 => any::<bool>().prop_map(Wanted::Exists),
        2 => (0..4_usize).prop_map(Wanted::Commit),
    ];
    (select(&PATHS), work(), wanted).prop_map(|(path, work, when)| One { path, work, when })
}

fn work() -> impl Strategy<Value = Work> {
    let mask = option::of(vec(select(&FIELDS), 0..4));
    let update = (fields(), mask, changes(0)).prop_map(|(fields, mask, transforms)| Work::Update {
        fields,
        mask,
        transforms,
    });
    prop_oneof![
        2 => Just(Work::Delete),
        3 => changes(1).prop_map(Work::Transform),
        7 => update,
    ]
}

fn changes(least: usize) -> impl Strategy<Value = Vec<(Path, Change)>> {
    // most name no field inside another's
    let path = prop_oneof![30 => select(&FIELDS[..3]), 10 => select(&FIELDS[4..]), 1 => select(&FIELDS)];
    vec((path, change()), least..4)
}

fn change() -> impl Strategy<Value = Change> {
    let operand = || prop_oneof![40 => number(), 1 => flat()];
    prop_oneof![
        1 => Just(Change::ServerTime),
        2 => operand().prop_map(Change::Increment),
        2 => operand().prop_map(Change::Maximum),
        2 => operand().prop_map(Change::Minimum),
        3 => vec(flat(), 0..4).prop_map(Change::Append),
        2 => vec(flat(), 0..3).prop_map(Change::Remove),
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    let inner = btree_map(select(&["x", "y"]).prop_map(str::to_owned), flat(), 0..3);
    let value = prop_oneof![
        4 => flat(),
        2 => vec(flat(), 0..4).prop_map(V::Array),
        2 => inner.prop_map(V::Map),
    ];
    btree_map(select(&["a", "b", "l", "m"]).prop_map(str::to_owned), value, 0..4)
}

/// A value that an array may hold.
fn flat() -> impl Strategy<Value = V> {
    let map = number().prop_map(|number| V::Map([("x".to_owned(), number)].into()));
    prop_oneof![
        1 => Just(V::Null),
        6 => number(),
        2 => select(&["", "x"]).prop_map(|text| V::Text(text.to_owned())),
        1 => map,
    ]
}

fn number() -> impl Strategy<Value = V> {
    let doubles = [
        0.0,
        -0.0,
        1.0,
        1.5,
        -1.0,
        f64::NAN,
        f64::INFINITY,
        9_223_372_036_854_775_808.0,
        1e300,
    ];
    prop_oneof![
        4 => (-1_i64..4).prop_map(V::Integer),
        1 => select(&[i64::MAX, i64::MIN]).prop_map(V::Integer),
        3 => select(doubles.to_vec()).prop_map(V::Double),
    ]
}
