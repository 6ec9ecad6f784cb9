//! Without Redis: what goes on, and who is told.

use local::Redis;
use reqwest::Method;
use std::fmt;
use std::sync::{Arc, Mutex};
use testkit::{Kith, Person};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry;

/// Every value of one field that is logged.
#[derive(Debug, Clone)]
struct Heard {
    field: &'static str,
    values: Arc<Mutex<Vec<u64>>>,
}

impl<S: Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut self.clone());
    }
}

impl Visit for Heard {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == self.field {
            self.values.lock().unwrap().push(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// Whether a request is limited: its answer says so.
async fn is_limited(person: &Person) -> bool {
    let answer = person.request(Method::GET, "/api/profiles/me");
    person.send(answer).await.headers.contains_key("ratelimit")
}

#[tokio::test]
async fn a_metric_says_how_many_went_on_unlimited() {
    // the log of this thread: of functions that are processes of their own it is another
    if testkit::processes_wanted() {
        return;
    }
    let heard = Heard {
        field: "rate_limit.unlimited",
        values: Arc::default(),
    };
    let log = tracing::subscriber::set_default(registry().with(heard.clone()));
    let folder = tempfile::tempdir().unwrap();
    let mut redis = Redis::start(folder.path()).await.unwrap();
    let port = redis.address().port();
    let kith = Kith::start_with(&[("REDIS_URL", &redis.url())]).await;
    let [ann] = kith.people(["ann"]).await;
    assert!(is_limited(&ann).await);
    assert!(heard.values.lock().unwrap().is_empty(), "nothing is amiss");
    redis.kill().await.unwrap();
    let mut unlimited = 0;
    for _ in 0..7 {
        unlimited += u64::from(!is_limited(&ann).await);
    }
    assert_eq!(unlimited, 7);
    assert_eq!(
        heard.values.lock().unwrap().first(),
        Some(&0),
        "it is told at once"
    );

    let _redis = Redis::start_at(folder.path(), port).await.unwrap();
    kith.until("there are limits again", async || {
        let limited = is_limited(&ann).await;
        unlimited += u64::from(!limited);
        limited
    })
    .await;
    let told: u64 = heard.values.lock().unwrap().iter().sum();
    assert_eq!(told, unlimited, "every one of them is counted");
    drop(log);
}
