//! `commit`: time of a Firestore commit of one document in the emulator over gRPC, against a plain SQLite insert as durable
//!
//! Both write to the same disk with SQLite's `journal_mode=WAL` and `synchronous=NORMAL` (a killed process loses nothing, a machine without
//! power may), one transaction each. Server and clients of the emulator share this process.

use crate::support::{Outcome, Table, median, print_ratio, scratch};
use emulator::{Durability, Emulator, Options};
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{CommitRequest, Document, Value, Write};
use prost::Message;
use rusqlite::Connection;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tonic::transport::Channel;

const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(2);
/// Commits under way at the same time.
const TOGETHER: usize = 16;
const DATABASE: &str = "projects/bench/databases/(default)";

pub(crate) fn run() -> Outcome {
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

/// The document `number`: five fields, some 300 bytes.
fn document(number: u64) -> Document {
    let text = |text: String| Value {
        value_type: Some(ValueType::StringValue(text)),
    };
    let integer = i64::try_from(number).unwrap_or(i64::MAX);
    let fields = [
        ("author", text(uuid::Uuid::new_v4().to_string())),
        (
            "body",
            text("What is written in a post of average length. ".repeat(3)),
        ),
        ("visibility", text("public".to_owned())),
        (
            "version",
            Value {
                value_type: Some(ValueType::IntegerValue(1)),
            },
        ),
        (
            "number",
            Value {
                value_type: Some(ValueType::IntegerValue(integer)),
            },
        ),
    ];
    Document {
        name: format!("{DATABASE}/documents/posts/{}", uuid::Uuid::new_v4()),
        fields: fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<HashMap<_, _>>(),
        ..Document::default()
    }
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
        let document = document(count);
        insert.execute((&document.name, document.encode_to_vec()))?;
        count += 1;
    }
    Ok(microseconds_each(began.elapsed(), count))
}

/// Of a new document, with so many commits under way.
async fn microseconds_a_commit(together: usize) -> Outcome<f64> {
    let folder = scratch::folder()?;
    let mut options = Options::new(folder.path());
    options.durability = Durability::Process;
    let emulator = Emulator::open(options)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let serving = tokio::spawn(async move { emulator.serve(listener, std::future::pending()).await });
    let client = FirestoreClient::connect(format!("http://{address}")).await?;
    commit(client.clone(), Duration::ZERO).await?;
    let began = Instant::now();
    let mut committing = JoinSet::new();
    for _ in 0..together {
        committing.spawn(commit(client.clone(), TIME));
    }
    let mut count = 0;
    while let Some(done) = committing.join_next().await {
        count += done??;
    }
    let time = began.elapsed();
    serving.abort();
    Ok(microseconds_each(time, count))
}

/// Commits one document after the other, at least one; says how many.
async fn commit(mut client: FirestoreClient<Channel>, time: Duration) -> Outcome<u64> {
    let (began, mut count) = (Instant::now(), 0);
    loop {
        let write = Write {
            operation: Some(Operation::Update(document(count))),
            ..Write::default()
        };
        let request = CommitRequest {
            database: DATABASE.to_owned(),
            writes: vec![write],
            ..CommitRequest::default()
        };
        client.commit(request).await?;
        count += 1;
        if began.elapsed() >= time {
            return Ok(count);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no run makes so many")]
fn microseconds_each(time: Duration, count: u64) -> f64 {
    time.as_secs_f64() * 1e6 / count as f64
}
