//! The indexes that projects declared.

use super::backfill;
use super::failed::Failed;
use super::scopes::Numbers;
use crate::db::Db;
use crate::firestore::indexes::Declared;
use rusqlite::{Transaction, params};
use std::collections::BTreeSet;
use tonic::Status;

/// Each project's, as JSON.
pub(crate) fn load_indexes(db: &Db) -> rusqlite::Result<Vec<(String, String)>> {
    db.read(|connection| {
        let mut all = connection.prepare("SELECT project, indexes FROM firestore_indexes")?;
        all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    })
}

/// Stores what indexes a project declares from now on, and makes the entries of its documents those of the new ones.
pub(crate) fn declare(
    transaction: &Transaction<'_>,
    numbers: &mut Numbers,
    project: &str,
    (old, new): (&Declared, &Declared),
) -> Result<(), Failed> {
    let json = serde_json::to_string(new).map_err(|error| Status::internal(error.to_string()))?;
    let put = "INSERT OR REPLACE INTO firestore_indexes VALUES (?1, ?2)";
    transaction.execute(put, params![project, json])?;
    let groups = changed(old, new);
    if groups.is_empty() {
        return Ok(());
    }
    backfill::redeclare(transaction, numbers, project, &groups, (old, new))
}

/// The ids of collections whose indexes are not the same.
fn changed(old: &Declared, new: &Declared) -> BTreeSet<String> {
    let of = |declared: &Declared, group: &str| {
        let composites: Vec<_> = declared.of_collection(group).cloned().collect();
        let overrides: Vec<_> = declared
            .field_overrides
            .iter()
            .filter(|one| one.collection_group == group)
            .cloned()
            .collect();
        serde_json::to_string(&(composites, overrides)).unwrap_or_default()
    };
    let named = |declared: &Declared| {
        let composites = declared.indexes.iter().map(|one| one.collection_group.clone());
        let overrides = declared
            .field_overrides
            .iter()
            .map(|one| one.collection_group.clone());
        composites.chain(overrides).collect::<BTreeSet<_>>()
    };
    let mut groups = named(old);
    groups.extend(named(new));
    groups.retain(|group| of(old, group) != of(new, group));
    groups
}
