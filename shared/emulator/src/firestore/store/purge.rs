//! The past ends an hour ago: what was replaced before is taken away, a little by each commit.

use super::snapshot::Moment;
use rusqlite::{Connection, params};

/// How long what was replaced can still be read, in microseconds: the cloud's usual version retention.
///
/// Source: <https://cloud.google.com/firestore/native/docs/use-pitr> (without point-in-time recovery, one hour).
pub(crate) const RETENTION: i64 = 3_600_000_000;

const DOCUMENTS: &str = "DELETE FROM firestore_past_documents WHERE (collection, id, since) IN
    (SELECT collection, id, since FROM firestore_past_documents WHERE until <= ?1 ORDER BY until LIMIT ?2)";
const ENTRIES: &str = "DELETE FROM firestore_past_entries WHERE (key, since) IN
    (SELECT key, since FROM firestore_past_entries WHERE until <= ?1 ORDER BY until LIMIT ?2)";

/// Takes away at most `most` documents, and as many times ten entries, that nobody may read at `now`.
pub(crate) fn purge(connection: &Connection, now: Moment, most: usize) -> rusqlite::Result<()> {
    let before = now.saturating_sub(RETENTION);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    connection
        .prepare_cached(DOCUMENTS)?
        .execute(params![before, most])?;
    connection
        .prepare_cached(ENTRIES)?
        .execute(params![before, most.saturating_mul(10)])?;
    Ok(())
}
