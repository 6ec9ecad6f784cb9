//! The store against what it must be: a map for each moment.

use super::scopes::Interning;
use super::*;
use crate::db::Db;
use crate::firestore::indexes::{Declared, entries_of};
use crate::firestore::name::compare;
use crate::firestore::query::source::Source as _;
use crate::firestore::time::timestamp;
use crate::options::Durability;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, Value};
use proptest::prelude::*;
use prost::Message as _;
use std::collections::BTreeMap;
use std::sync::Arc;

const ROOT: &str = "projects/p/databases/(default)/documents";

fn opened() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("a.db"), Durability::Process).unwrap();
    open(&db).unwrap();
    (folder, db)
}

fn document(name: &str, number: i64, created: Moment, updated: Moment) -> Arc<Document> {
    let value = Value {
        value_type: Some(ValueType::IntegerValue(number)),
    };
    Arc::new(Document {
        name: name.to_owned(),
        fields: [("x".to_owned(), value.clone()), ("y".to_owned(), value)].into(),
        create_time: Some(timestamp(created)),
        update_time: Some(timestamp(updated)),
    })
}

/// A composite index over the one field, and no array index of its own.
fn declared() -> Declared {
    let fields = serde_json::json!([{"fieldPath": "x", "order": "DESCENDING"}, {"fieldPath": "y", "order": "ASCENDING"}]);
    let index =
        serde_json::json!({"collectionGroup": "a", "queryScope": "COLLECTION_GROUP", "fields": fields});
    let own = serde_json::json!([{"order": "ASCENDING", "queryScope": "COLLECTION_GROUP"}]);
    let own = serde_json::json!({"collectionGroup": "b", "fieldPath": "x", "indexes": own});
    serde_json::from_value(serde_json::json!({"indexes": [index], "fieldOverrides": [own]})).unwrap()
}

/// The keys of all entries at one moment, and those that `documents` must have.
fn entries<'a>(
    snapshot: &Snapshot<'_>,
    connection: &rusqlite::Connection,
    documents: impl Iterator<Item = &'a Arc<Document>>,
    declared: &Declared,
) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut numbers = Numbers::default();
    let mut interning = Interning {
        connection,
        numbers: &mut numbers,
    };
    let mut keys: Vec<_> = documents
        .flat_map(|document| entries_of(document, declared, &mut interning).unwrap())
        .collect();
    keys.sort_unstable();
    let stored = snapshot.entries(Vec::new(), vec![0xff; 9], false);
    (stored.collect::<Result<_, _>>().unwrap(), keys)
}

/// Writes what `changes` say at `time`, as one commit.
fn commit(db: &Db, time: Moment, changes: &[(String, Option<i64>)]) {
    let done = db.write(|transaction| {
        let mut numbers = Numbers::default();
        let declared = Declared::default();
        let mut session = Session::new(transaction, &mut numbers, &declared, time);
        for (name, number) in changes {
            let before = session.now().get(name)?;
            let created = before.as_ref().and_then(|document| document.create_time);
            let created = created.as_ref().map_or(time, crate::firestore::time::micros);
            let after = number.map(|number| document(name, number, created, time));
            let change = Change {
                name: name.clone(),
                before,
                after,
            };
            session.store(&change)?;
        }
        session.end(100)
    });
    done.map_err(|Failed(status)| status).unwrap();
}

/// The documents of a collection, by the store.
fn seen(snapshot: &Snapshot<'_>, collection: &str, reverse: bool) -> Vec<Arc<Document>> {
    let Some(number) = snapshot.collection(collection) else {
        return Vec::new();
    };
    let name = |id: Vec<u8>| format!("{collection}/{}", ids::decode_first(&id).unwrap().0);
    snapshot
        .ids(number, Vec::new(), vec![0xff], reverse)
        .map(|id| snapshot.get(&name(id.unwrap())).unwrap().unwrap())
        .collect()
}

fn history() -> impl Strategy<Value = Vec<BTreeMap<String, Option<i64>>>> {
    let name = prop_oneof![
        (0..30_i64).prop_map(|id| format!("{ROOT}/a/{id}")),
        (-2..3_i64).prop_map(|id| format!("{ROOT}/a/__id{id}__")),
        (0..3_i64).prop_map(|id| format!("{ROOT}/a/{id}/b/c")),
    ];
    let commit = proptest::collection::btree_map(name, proptest::option::of(0..5_i64), 1..30);
    proptest::collection::vec(commit, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_moment_is_seen_as_it_was(history in history()) {
        let (_folder, db) = opened();
        let mut now: BTreeMap<String, Arc<Document>> = BTreeMap::new();
        let mut moments = vec![(5, now.clone())];
        for (at, changes) in (1_i64..).zip(&history) {
            let time = at * 10;
            let changes: Vec<_> = changes.clone().into_iter().collect();
            commit(&db, time, &changes);
            for (name, number) in changes {
                let created = now.get(&name).and_then(|old| old.create_time);
                let created = created.as_ref().map_or(time, crate::firestore::time::micros);
                match number {
                    Some(number) => now.insert(name.clone(), document(&name, number, created, time)),
                    None => now.remove(&name),
                };
            }
            moments.push((time + 5, now.clone()));
        }
        db.read(|connection| {
            for (at, expected) in &moments {
                let snapshot = Snapshot::new(connection, *at, true);
                let (stored, keys) = entries(&snapshot, connection, expected.values(), &Declared::default());
                assert_eq!(stored, keys);
                for collection in [format!("{ROOT}/a"), format!("{ROOT}/a/1/b")] {
                    let prefix = format!("{collection}/");
                    let inside = |name: &str| name.strip_prefix(&prefix).is_some_and(|id| !id.contains('/'));
                    let mut all: Vec<_> = expected.values().filter(|d| inside(&d.name)).cloned().collect();
                    all.sort_by(|a, b| compare(&a.name, &b.name));
                    assert_eq!(seen(&snapshot, &collection, false), all);
                    all.reverse();
                    assert_eq!(seen(&snapshot, &collection, true), all);
                }
                let missing = missing(&snapshot, &format!("{ROOT}/a"), None, 100).unwrap();
                let gone = |id: &i64| {
                    let name = format!("{ROOT}/a/{id}");
                    expected.contains_key(&format!("{name}/b/c")) && !expected.contains_key(&name)
                };
                let gone: Vec<_> = (0..3).filter(gone).map(|id| format!("{ROOT}/a/{id}")).collect();
                assert_eq!(missing, gone);
                assert_eq!(collection_ids(&snapshot, ROOT, None, 9).unwrap().is_empty(), expected.is_empty());
            }
            let latest = Snapshot::new(connection, Moment::MAX, false);
            for (name, document) in &now {
                assert_eq!(latest.get(name).unwrap().as_ref(), Some(document));
            }
            Ok::<_, rusqlite::Error>(())
        }).unwrap();
        let change = (&Declared::default(), &declared());
        db.write(|transaction| declare(transaction, &mut Numbers::default(), "p", change)).map_err(|e| e.0).unwrap();
        db.read(|connection| {
            for (at, expected) in &moments {
                let snapshot = Snapshot::new(connection, *at, true);
                let (stored, keys) = entries(&snapshot, connection, expected.values(), &declared());
                assert_eq!(stored, keys);
            }
            Ok::<_, rusqlite::Error>(())
        }).unwrap();
    }
}

#[test]
fn the_past_goes_after_an_hour() {
    let (_folder, db) = opened();
    let name = format!("{ROOT}/a/1");
    let rows = || -> i64 {
        let count = "SELECT count(*) FROM firestore_past_documents";
        db.read(|connection| connection.query_row(count, [], |row| row.get(0)))
            .unwrap()
    };
    commit(&db, 10, &[(name.clone(), Some(1))]);
    commit(&db, 20, &[(name.clone(), Some(2))]);
    commit(&db, 30, &[(name.clone(), None)]);
    assert_eq!(rows(), 2);
    commit(&db, 20 + RETENTION, &[(format!("{ROOT}/a/2"), Some(1))]);
    assert_eq!(rows(), 1);
    commit(&db, 30 + RETENTION, &[(format!("{ROOT}/a/2"), Some(2))]);
    assert_eq!(rows(), 1);
    db.read(|connection| {
        assert!(
            Snapshot::new(connection, 31 + RETENTION, true)
                .get(&name)
                .unwrap()
                .is_none()
        );
        assert!(
            Snapshot::new(connection, 29 + RETENTION, true)
                .get(&format!("{ROOT}/a/2"))
                .unwrap()
                .is_some()
        );
        Ok::<_, rusqlite::Error>(())
    })
    .unwrap();
}

#[test]
fn a_folder_in_the_old_form_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("a.db"), Durability::Process).unwrap();
    let old = document(&format!("{ROOT}/a/1/b/é"), 7, 10, 20);
    db.write(|t| {
        t.execute_batch(
            "CREATE TABLE firestore_documents (name TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID",
        )?;
        let put = "INSERT INTO firestore_documents VALUES (?1, ?2)";
        t.execute(put, rusqlite::params![old.name, old.encode_to_vec()])
    })
    .unwrap();
    assert_eq!(open(&db).unwrap().1, 20);
    assert_eq!(open(&db).unwrap().1, 20);
    let found = db.read(|connection| {
        let snapshot = Snapshot::new(connection, 20, false);
        Ok::<_, Failed>(snapshot.get(&old.name)?)
    });
    assert_eq!(
        found.map_err(|Failed(status)| status).unwrap(),
        Some(Arc::clone(&old))
    );
    db.read(|connection| {
        let snapshot = Snapshot::new(connection, 20, false);
        let usual = Declared::default();
        let (stored, keys) = entries(&snapshot, connection, std::iter::once(&old), &usual);
        assert_eq!((stored.len(), &stored), (2, &keys));
        Ok::<_, rusqlite::Error>(())
    })
    .unwrap();
}
