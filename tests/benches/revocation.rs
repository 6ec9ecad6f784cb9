//! `revocation`: how long the live connections of a session live on after its end, against the second that the contract allows
//!
//! Somebody logs out, over HTTP, and the clock stops when their connection is closed; two hundred others stay connected. The same while sixteen others read
//! their feeds, one request after the other. Kith, emulator and Redis share the machine with the driver.

use crate::support::{Outcome, Table, percentile, print_ratio};
use futures::future::join_all;
use serde_json::json;
use std::time::Instant;
use testkit::{Kith, PASSWORD, Person};
use tokio::task::JoinSet;

const SESSIONS: usize = 200;
const BYSTANDERS: usize = 200;
const READERS: usize = 16;
/// What is allowed, in milliseconds.
const ALLOWED: f64 = 1000.0;

pub(crate) fn run() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Outcome {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    let bystanders = (0..BYSTANDERS).map(|_| kith.minted("fan", &["user"]));
    let bystanders: Vec<Person> = bystanders.collect();
    let _open = join_all(bystanders.iter().map(|person| person.hub("feed"))).await;
    let quiet = sessions(&kith, &ann).await?;
    let mut readers = JoinSet::new();
    for reader in bystanders.into_iter().take(READERS) {
        readers.spawn(async move {
            loop {
                reader.get("/api/feed").await.expect(200);
            }
        });
    }
    let busy = sessions(&kith, &ann).await?;
    readers.abort_all();

    let mut table = Table::new(["meanwhile", "p50, ms", "p99, ms", "longest, ms"]);
    for (name, times) in [("nothing", &quiet), ("16 others read", &busy)] {
        table.row(name, &[50, 99, 100].map(|percent| percentile(times, percent)));
    }
    println!("  {SESSIONS} sessions each, {BYSTANDERS} other connections open");
    table.print();
    let ratio = percentile(&busy, 99) / ALLOWED;
    print_ratio(
        "revocation",
        ratio,
        "p99 until closed, while others read / a second",
    );
    Ok(())
}

/// Milliseconds from the request to log out to the end of the connection, of one session after the other.
async fn sessions(kith: &Kith, ann: &Person) -> Outcome<Vec<f64>> {
    let login = json!({ "identifier": ann.username, "password": PASSWORD });
    let mut took = Vec::new();
    for _ in 0..SESSIONS {
        let tokens = kith.nobody().post("/api/auth/login", login.clone()).await;
        let session = ann.with_tokens(&tokens.expect(200));
        let mut hub = session.hub("feed").await;
        hub.invoke("Heartbeat", json!([])).await?;
        let asked = Instant::now();
        let closed = async {
            hub.closed().await;
            asked.elapsed().as_secs_f64() * 1000.0
        };
        let (_, closed) = futures::join!(session.post_nothing("/api/auth/logout"), closed);
        took.push(closed);
    }
    Ok(took)
}
