//! Commits of one new document over gRPC, against plain SQLite inserts of the same documents, as durable.
//!
//! Both write to the same disk with SQLite's `journal_mode=WAL` and `synchronous=NORMAL` (a killed process loses nothing, a machine without
//! power may), one transaction each. The emulator keeps the five
//! indexes of the five fields besides, as the cloud would; the plain table has its primary key alone.

use super::documents::{commit, post};
use super::server::Server;
use crate::support::{Outcome, Table, median, print_ratio, scratch};
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use prost::Message;
use rusqlite::Connection;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tonic::transport::Channel;

const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(2);
/// Commits under way at the same time.
const TOGETHER: usize = 16;
const PROJECT: &str = "bench";

pub(super) fn run() -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    let (mut inserts, mut alone, mut together) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        inserts.push(microseconds_an_insert()?);
        alone.push(runtime.block_on(microseconds_a_commit(1))?);
        together.push(runtime.block_on(microseconds_a_commit(TOGETHER))?);
    }
    let base = median(&inserts);
    let mut table = Table::new(["writes", "microseconds", "a second", "ratio"]);
    let together_name = format!("emulator, {TOGETHER} under way");
    let rows = [
        ("SQLite, one after the other", base),
        ("emulator, one after the other", median(&alone)),
        (together_name.as_str(), median(&together)),
    ];
    for (name, time) in rows {
        table.row(name, &[time, 1e6 / time, time / base]);
    }
    println!("  medians of {ROUNDS} rounds by turns; WAL and synchronous=NORMAL on both sides");
    table.print();
    print_ratio(
        "commit",
        median(&together) / base,
        &format!("time of a commit, {together_name} / an insert"),
    );
    Ok(())
}

/// Of a new document in a transaction of its own, encoded as the emulator would.
fn microseconds_an_insert() -> Outcome<f64> {
    let folder = scratch::folder()?;
    let connection = Connection::open(folder.path().join("plain.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.execute(
        "CREATE TABLE documents (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
        (),
    )?;
    let mut insert = connection.prepare("INSERT INTO documents VALUES (?1, ?2)")?;
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < TIME {
        let document = post(PROJECT, count);
        insert.execute((&document.name, document.encode_to_vec()))?;
        count += 1;
    }
    Ok(microseconds_each(began.elapsed(), count))
}

/// Of a new document, with so many commits under way.
async fn microseconds_a_commit(together: usize) -> Outcome<f64> {
    let folder = scratch::folder()?;
    let server = Server::start(folder.path())?;
    let client = server.firestore().await?;
    commit_for(client.clone(), Duration::ZERO).await?;
    let began = Instant::now();
    let mut committing = JoinSet::new();
    for _ in 0..together {
        committing.spawn(commit_for(client.clone(), TIME));
    }
    let mut count = 0;
    while let Some(done) = committing.join_next().await {
        count += done??;
    }
    Ok(microseconds_each(began.elapsed(), count))
}

/// Commits one document after the other, at least one; says how many.
async fn commit_for(mut client: FirestoreClient<Channel>, time: Duration) -> Outcome<usize> {
    let (began, mut count) = (Instant::now(), 0);
    loop {
        client.commit(commit(PROJECT, [post(PROJECT, count)])).await?;
        count += 1;
        if began.elapsed() >= time {
            return Ok(count);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no run makes so many")]
fn microseconds_each(time: Duration, count: usize) -> f64 {
    time.as_secs_f64() * 1e6 / count as f64
}
