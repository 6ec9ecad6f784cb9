//! What waits lies in the database: memory holds what is out.

use super::*;

/// How many messages wait; `scripts/conformance` says a million.
fn messages() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "scripts/conformance runs this test in a long form"
    )]
    let asked = std::env::var("PUBSUB_BACKLOG").ok();
    asked.map_or(20_000, |count| count.parse().unwrap())
}

/// How many are published, and pulled, at a time.
const BATCH: u64 = 1000;
const FEED: &str = "/v1/projects/p/subscriptions/feed";

async fn state(served: &Served) -> (u64, u64) {
    let state = served
        .done("GET", "/_emulator/pubsub/state?project=p", json!({}))
        .await;
    (
        state["subscriptions"][0]["undelivered"].as_u64().unwrap(),
        state["deliveriesInMemory"].as_u64().unwrap(),
    )
}

/// The memory of this process in MiB, where the machine tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

#[tokio::test]
async fn what_waits_is_not_in_memory_and_comes_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    served
        .subscription("feed", "posts", json!({"enableMessageOrdering": true}))
        .await;
    // the messages of every other request have one of ten keys
    let key = |n: u64| match n / BATCH {
        even if even.is_multiple_of(2) => String::new(),
        odd => format!("key-{}", odd % 10),
    };
    for first in (0..messages()).step_by(usize::try_from(BATCH).unwrap()) {
        let message = |n: u64| json!({"attributes": {"n": n.to_string()}, "orderingKey": key(n)});
        let body = json!({"messages": (first..first + BATCH).map(message).collect::<Vec<_>>()});
        served
            .done("POST", "/v1/projects/p/topics/posts:publish", body)
            .await;
    }
    assert_eq!(state(&served).await, (messages(), 0));
    println!(
        "{} messages wait, and the process has {:?} MiB",
        messages(),
        resident()
    );

    drop(served);
    let served = Served::open(folder.path()).await;
    assert_eq!(state(&served).await, (messages(), 0), "nor after a start");
    let mut next = 0;
    while next < messages().min(20 * BATCH) {
        let pull = json!({"maxMessages": BATCH});
        let pulled = served.done("POST", &format!("{FEED}:pull"), pull).await;
        let received = pulled["receivedMessages"].as_array().unwrap();
        for message in received {
            assert_eq!(message["message"]["attributes"]["n"], next.to_string());
            next += 1;
        }
        let leased = u64::try_from(received.len()).unwrap();
        assert_eq!(state(&served).await, (messages() - next + leased, leased));
        let ids: Vec<&Value> = received.iter().map(|message| &message["ackId"]).collect();
        served
            .done("POST", &format!("{FEED}:acknowledge"), json!({"ackIds": ids}))
            .await;
        assert_eq!(state(&served).await, (messages() - next, 0));
    }
}
