//! A page of 20 of an author's posts, newest first, out of few and out of many.
//!
//! The baseline is SQLite's own index over the same rows on the same disk: `WHERE author = ? ORDER BY number DESC LIMIT 20`.

use super::documents::{author, commit, database, post, text};
use super::middle_and_high;
use super::server::Server;
use crate::support::{Outcome, Table, print_ratio, scratch};
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::run_query_request::QueryType;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, Direction, FieldFilter, FieldReference, Filter, Order, field_filter,
};
use gcloud_sdk::google::firestore::v1::{RunQueryRequest, StructuredQuery};
use prost::Message;
use rusqlite::Connection;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tonic::transport::Channel;

/// How many posts a small and a large project have.
const SIZES: [usize; 2] = [1_000, 300_000];
const PAGE: usize = 20;
const PAGES: usize = 500;
/// Documents of one commit while the projects are filled.
const BATCH: usize = 500;

/// Measures pages, and answers the folder with all that was stored.
pub(super) async fn run() -> Outcome<TempDir> {
    let folder = scratch::folder()?;
    let server = Server::start(folder.path())?;
    let plain = scratch::folder()?;
    let mut table = Table::new(["a page of 20 out of", "microseconds", "p99", "SQLite", "ratio"]);
    let mut middles = Vec::new();
    for size in SIZES {
        let project = format!("posts-{size}");
        let filled = fill(&server, &project, size).await?;
        let sqlite = fill_plain(&plain.path().join(&project), &project, size)?;
        let mut client = server.firestore().await?;
        let (mut ours, mut base) = (Vec::new(), Vec::new());
        for number in 0..PAGES {
            base.push(plain_page(&sqlite, number)?);
            ours.push(page(&mut client, &project, number).await?);
        }
        let ((middle, high), (base, _)) = (middle_and_high(&ours), middle_and_high(&base));
        table.row(&size.to_string(), &[middle, high, base, middle / base]);
        println!(
            "  {size} posts were stored in {:.1} s; the emulator takes {:.0} MB",
            filled.as_secs_f64(),
            server.megabytes()?
        );
        middles.push((middle, middle / base));
    }
    table.print();
    let ((small, _), (large, ratio)) = (middles[0], middles[1]);
    print_ratio(
        "page",
        ratio,
        "time of a page of 20 out of 300,000 over gRPC / SQLite's own index",
    );
    print_ratio(
        "page-growth",
        large / small,
        "time of a page of 20 out of 300,000 / out of 1,000",
    );
    Ok(folder)
}

/// Declares the index and stores the posts; says how long it took.
async fn fill(server: &Server, project: &str, size: usize) -> Outcome<Duration> {
    let fields = serde_json::json!([{"fieldPath": "author", "order": "ASCENDING"}, {"fieldPath": "number", "order": "DESCENDING"}]);
    let index = serde_json::json!({"collectionGroup": "posts", "queryScope": "COLLECTION", "fields": fields});
    let body = serde_json::json!({"project": project, "indexes": {"indexes": [index]}});
    let at = format!("http://{}/_emulator/firestore/indexes", server.address);
    Server::http()?
        .put(at)
        .json(&body)
        .send()
        .await?
        .error_for_status()?;
    let mut client = server.firestore().await?;
    let began = Instant::now();
    for first in (0..size).step_by(BATCH) {
        let posts = (first..size.min(first + BATCH)).map(|number| post(project, number));
        client.commit(commit(project, posts)).await?;
    }
    Ok(began.elapsed())
}

async fn page(client: &mut FirestoreClient<Channel>, project: &str, number: usize) -> Outcome<Duration> {
    let request = RunQueryRequest {
        parent: format!("{}/documents", database(project)),
        query_type: Some(QueryType::StructuredQuery(newest_of(&author(number)))),
        ..RunQueryRequest::default()
    };
    let began = Instant::now();
    let mut answers = client.run_query(request).await?.into_inner();
    let mut found = 0;
    while let Some(answer) = answers.message().await? {
        found += usize::from(answer.document.is_some());
    }
    let time = began.elapsed();
    full(found)?;
    Ok(time)
}

fn newest_of(author: &str) -> StructuredQuery {
    let field = |name: &str| {
        Some(FieldReference {
            field_path: name.to_owned(),
        })
    };
    let equal = FieldFilter {
        field: field("author"),
        op: field_filter::Operator::Equal.into(),
        value: Some(text(author.to_owned())),
    };
    StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: "posts".to_owned(),
            all_descendants: false,
        }],
        r#where: Some(Filter {
            filter_type: Some(FilterType::FieldFilter(equal)),
        }),
        order_by: vec![Order {
            field: field("number"),
            direction: Direction::Descending.into(),
        }],
        limit: i32::try_from(PAGE).ok(),
        ..StructuredQuery::default()
    }
}

fn fill_plain(file: &std::path::Path, project: &str, size: usize) -> Outcome<Connection> {
    let mut connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.execute_batch(
        "CREATE TABLE posts (name TEXT PRIMARY KEY, author TEXT, number INTEGER, value BLOB) WITHOUT ROWID;
         CREATE INDEX newest ON posts (author, number);",
    )?;
    for first in (0..size).step_by(BATCH) {
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO posts VALUES (?1, ?2, ?3, ?4)")?;
            for number in first..size.min(first + BATCH) {
                let post = post(project, number);
                insert.execute((
                    &post.name,
                    author(number),
                    i64::try_from(number)?,
                    post.encode_to_vec(),
                ))?;
            }
        }
        transaction.commit()?;
    }
    Ok(connection)
}

fn plain_page(connection: &Connection, number: usize) -> Outcome<Duration> {
    let began = Instant::now();
    let mut select = connection
        .prepare_cached("SELECT value FROM posts WHERE author = ?1 ORDER BY number DESC LIMIT 20")?;
    let found = select.query_map([author(number)], |row| row.get::<_, Vec<u8>>(0))?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?.len();
    let time = began.elapsed();
    full(found)?;
    Ok(time)
}

fn full(found: usize) -> Outcome {
    if found == PAGE {
        return Ok(());
    }
    Err(format!("a page of {found} documents").into())
}
