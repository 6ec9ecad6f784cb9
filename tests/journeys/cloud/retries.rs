//! What is tried again and what is not, as the functions see it.

use super::{Bench, COMMIT, Happened, ITEMS, NOWHERE, item};
use axum::Router;
use axum::http::StatusCode;
use cloud::operations::counted;
use cloud::{Error, Timeouts, within};
use contracts::EventId;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// Nobody knows what has happened.
const UNKNOWN: [&str; 3] = ["unavailable", "internal", "deadlineExceeded"];
/// Nothing has happened.
const REFUSED: [&str; 2] = ["resourceExhausted", "aborted"];
const READ: (&str, &str) = ("firestore", "BatchGetDocuments");

#[tokio::test]
async fn reads_outlast_what_passes() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    cloud.commit().create(ITEMS, &item("a", 0)).await.unwrap();
    for method in ["BatchGetDocuments", "RunQuery", "RunAggregationQuery"] {
        for code in UNKNOWN.iter().chain(&REFUSED) {
            bench.fault(("firestore", method), code, 2, false).await;
            let read = async {
                let documents = cloud.documents();
                match method {
                    "BatchGetDocuments" => documents.get(ITEMS, "a").await.unwrap().is_some(),
                    "RunQuery" => documents.query(ITEMS.query()).await.unwrap().len() == 1,
                    _ => documents.count(ITEMS.query()).await.unwrap() == 1,
                }
            };
            let (found, cost) = counted(read).await;
            assert!(found, "{method} {code}");
            assert_eq!(cost.reads, 1, "{method}: what was read is counted once");
            assert_eq!(bench.struck().await, 2, "{method} {code}");
            bench.end_faults().await;
        }
    }
}

#[tokio::test]
async fn what_does_not_pass_is_told_and_what_is_our_mistake_at_once() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    bench.fault(READ, "unavailable", 99, false).await;
    let outcome = cloud.documents().get(ITEMS, "a").await;
    assert!(matches!(outcome, Err(Error::Unavailable { .. })), "{outcome:?}");
    assert_eq!(bench.struck().await, 5, "five times and no more");
    bench.end_faults().await;
    bench.fault(READ, "permissionDenied", 99, false).await;
    let outcome = cloud.documents().get(ITEMS, "a").await;
    assert!(matches!(outcome, Err(Error::Rejected { .. })), "{outcome:?}");
    assert_eq!(bench.struck().await, 1);
}

#[tokio::test]
async fn a_commit_with_a_mark_happens_once_whatever_is_lost() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let mut number = 0;
    let lost = UNKNOWN.map(|code| (code, true));
    let never = UNKNOWN.iter().chain(&REFUSED).map(|code| (*code, false));
    for (code, after) in lost.into_iter().chain(never) {
        bench.fault(COMMIT, code, 2, after).await;
        number += 1;
        let commit = cloud.commit().create(ITEMS, &item(number, 0));
        commit.emit(&Happened { number }).await.unwrap();
        bench.end_faults().await;
    }
    assert_eq!(
        cloud.documents().count(ITEMS.query()).await.unwrap(),
        u64::from(number)
    );
    let ids: BTreeSet<String> = bench.published().await.into_iter().collect();
    assert_eq!(ids.len(), number as usize);
}

#[tokio::test]
async fn a_commit_without_a_mark_is_tried_again_only_when_nothing_has_happened() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    for code in REFUSED {
        bench.fault(COMMIT, code, 2, false).await;
        cloud.commit().create(ITEMS, &item(code, 0)).await.unwrap();
    }
    for (code, after) in UNKNOWN.into_iter().flat_map(|code| [(code, true), (code, false)]) {
        bench.end_faults().await;
        bench.fault(COMMIT, code, 2, after).await;
        let id = format!("{code}-{after}");
        let outcome = cloud.commit().create(ITEMS, &item(&id, 0)).await;
        assert!(
            matches!(outcome, Err(Error::Unavailable { .. })),
            "{id}: {outcome:?}"
        );
        assert_eq!(bench.struck().await, 1, "{id}: not again");
        let there = cloud.documents().get(ITEMS, &id).await.unwrap().is_some();
        assert_eq!(there, after, "{id}");
    }
}

#[tokio::test]
async fn publishing_signing_and_storing_outlast_what_passes() {
    let bench = Bench::start().await;
    let mut config = bench.config();
    config.signing_account = Some("signer@kith.iam.gserviceaccount.com".to_owned());
    let cloud = bench.with(&config);
    let bucket = cloud.bucket("b");
    let path = format!("/storage/v1/b?project={}", bench.project);
    bench.ask(Method::POST, &path, json!({ "name": bucket })).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "bytes").unwrap();
    for code in ["unavailable", "resourceExhausted"] {
        bench.fault(("pubsub", "Publish"), code, 1, false).await;
        let emitted = cloud.events().emit(EventId::random(), &Happened { number: 1 });
        emitted.await.unwrap();
        bench.fault(("storage", "*"), code, 1, false).await;
        let stored = cloud
            .objects()
            .upload(&bucket, "o", file.path(), "text/plain", "no-store");
        stored.await.unwrap();
        assert_eq!(bench.struck().await, 2, "{code}");
        bench.end_faults().await;
    }
    assert_eq!(bench.published().await.len(), 2);
    let body = bench
        .ask(Method::GET, &format!("/storage/v1/b/{bucket}/o/o"), json!({}))
        .await;
    assert_eq!(body["size"], "5");
    // signatures belong to no project, so the answers are those of an IAM of our own
    let iam = Iam::start(2).await;
    let mut config = bench.config();
    config.endpoints.iam = Some(iam.url.clone());
    config.signing_account = Some("signer@kith.iam.gserviceaccount.com".to_owned());
    let signing = bench.with(&config);
    let minute = Duration::from_mins(1);
    let url = signing
        .objects()
        .sign_download("b", "o", 1, minute)
        .await
        .unwrap();
    assert!(url.contains("X-Goog-Signature=73"), "{url}");
    assert_eq!(iam.asked.load(Ordering::SeqCst), 3);
}

/// Signs with `s`, after it was away so many times.
struct Iam {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Iam {
    async fn start(away: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let sign = move || {
            let away = count.fetch_add(1, Ordering::SeqCst) < away;
            let status = if away {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::OK
            };
            std::future::ready((status, json!({ "signedBlob": "cw==" }).to_string()))
        };
        let router = Router::new().fallback(sign);
        tokio::spawn(async move { runtime::serve(listener, router, std::future::pending()).await });
        Self { url, asked }
    }
}

#[tokio::test]
async fn nothing_outlives_its_time() {
    let bench = Bench::start().await;
    let mut config = bench.config();
    config.timeouts = Timeouts {
        call: Duration::from_millis(50),
        retrying: Duration::from_millis(200),
        ..Timeouts::default()
    };
    // a port that takes connections and never answers
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    config.endpoints.firestore = Some(format!("http://{}", deaf.local_addr().unwrap()));
    let cloud = bench.with(&config);
    let outcome = cloud.documents().get(ITEMS, "a").await;
    assert!(matches!(outcome, Err(Error::Unavailable { .. })), "{outcome:?}");
    config.endpoints.firestore = Some(format!("http://{NOWHERE}"));
    let outcome = bench.with(&config).documents().get(ITEMS, "a").await;
    assert!(matches!(outcome, Err(Error::Unavailable { .. })), "{outcome:?}");
    let cloud = bench.cloud();
    let outcome = within(Duration::ZERO, cloud.documents().get(ITEMS, "a")).await;
    assert!(
        matches!(outcome, Err(Error::Unavailable { .. })),
        "no time was left"
    );
}
