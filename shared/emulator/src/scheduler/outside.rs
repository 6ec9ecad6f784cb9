//! What comes from outside breaks nothing.

use super::cron::Cron;
use super::job::Job;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Values that a field may be sent with, right and wrong.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::from),
        "-?[0-9]{0,20}(\\.[0-9]{0,12})?(e[0-9]{1,3})?s".prop_map(Value::from),
        Just(json!({})),
        Just(json!(["a"])),
    ]
}

proptest! {
    #[test]
    fn no_schedule(text in "([-*/,0-9A-Za-z]{0,6} ?){0,6}", after in -377_705_023_201_000_000_i64..253_402_207_200_000_000) {
        if let Ok(cron) = Cron::parse(&text) {
            let after = Timestamp::from_microsecond(after).unwrap();
            let next = cron.next(after, &TimeZone::UTC);
            prop_assert!(next.is_none_or(|next| next > after));
        }
    }

    #[test]
    fn no_job(
        schedule in "\\PC{0,12}", zone in "\\PC{0,20}", deadline in value(), count in value(), backoff in value(), doublings in value(),
        uri in "\\PC{0,20}", method in value(), body in "\\PC{0,8}",
    ) {
        let job = json!({
            "name": "projects/p/locations/l/jobs/j", "schedule": schedule, "timeZone": zone, "attemptDeadline": deadline,
            "retryConfig": {"retryCount": count, "minBackoffDuration": backoff, "maxDoublings": doublings},
            "httpTarget": {"uri": uri, "httpMethod": method, "body": body},
        });
        if let Ok(job) = serde_json::from_value::<Job>(job) {
            let _ = job.complete(Timestamp::UNIX_EPOCH);
        }
    }
}
