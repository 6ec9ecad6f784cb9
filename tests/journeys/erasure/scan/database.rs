//! The emulator's own file, past its APIs: rows of documents, index entries, whatever it keeps.

use super::Search;
use rusqlite::{Connection, OpenFlags, params};
use testkit::Infra;

/// Tables whose rows remain for a while, as the report of an erasure says: past versions (point-in-time recovery), messages as they were published (their log
/// is the emulator's alone; what is still to be delivered is searched through the API), mails that were sent, and sessions of uploads, which Cloud Storage
/// knows for a week, ended ones too.
const REMAINS: [&str; 5] = [
    "firestore_past_documents",
    "firestore_past_entries",
    "pubsub_messages",
    "mails",
    "storage_sessions",
];

/// Every column of every table. The file is that of all tests: words must be one's own.
pub(super) fn search(search: &mut Search) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(&Infra::shared().database, flags).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
    let names =
        "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'";
    let mut names = database.prepare(names).unwrap();
    let columns = names.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let columns: Vec<(String, String)> = columns.unwrap().map(Result::unwrap).collect();
    let searched = columns
        .iter()
        .filter(|(table, _)| !REMAINS.contains(&table.as_str()));
    for (table, column) in searched {
        let text = format!(
            "SELECT CAST(\"{column}\" AS BLOB) FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS BLOB), ?1) > 0 LIMIT 5"
        );
        for word in search.words.clone() {
            let mut rows = database.prepare(&text).unwrap();
            let rows = rows.query_map(params![word], |row| row.get::<_, Vec<u8>>(0));
            let rows: Vec<Vec<u8>> = rows.unwrap().map(Result::unwrap).collect();
            for row in rows {
                search.look(table, column, &row);
            }
        }
    }
}
