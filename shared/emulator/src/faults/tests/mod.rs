//! Which calls a fault means, and when it strikes.

mod calls;
mod served;

use super::*;
use proptest::prelude::*;
use serde_json::json;
use tonic::Code;

fn commit() -> Call {
    Call::new(Service::Firestore, "Commit", "projects/p/databases/(default)")
}

fn strikes(faults: &Faults, call: &Call, count: usize, now: i64) -> Vec<bool> {
    (0..count)
        .map(|_| faults.before(call, now).refused.is_some())
        .collect()
}

#[test]
fn a_fault_strikes_the_calls_it_names_as_often_as_told() {
    let faults = Faults::default();
    let told =
        json!({"service": "firestore", "project": "p", "method": "Commit", "kind": "aborted", "times": 2});
    faults.set(told, 0).unwrap();
    let other = |method: &str, name: &str| Call::new(Service::Firestore, method, name);
    assert_eq!(
        strikes(&faults, &other("Commit", "projects/q/databases/d"), 1, 0),
        [false]
    );
    assert_eq!(
        strikes(&faults, &other("RunQuery", &commit().resource), 1, 0),
        [false]
    );
    assert!(faults.after(&commit(), 0).is_none());
    let refused = faults.before(&commit(), 0).refused.unwrap();
    assert_eq!(refused.code(), Code::Aborted);
    assert_eq!(strikes(&faults, &commit(), 2, 0), [true, false]);
    let listed = &faults.list(0)[0];
    assert_eq!((&listed["fired"], &listed["active"]), (&json!(2), &json!(false)));
}

#[test]
fn one_for_the_same_calls_takes_its_place_and_ends_end_them() {
    let faults = Faults::default();
    let unavailable =
        |times: u32| json!({"service": "firestore", "project": "p", "kind": "unavailable", "times": times});
    faults.set(unavailable(5), 0).unwrap();
    faults.set(unavailable(0), 0).unwrap();
    faults
        .set(
            json!({"service": "firestore", "project": "q", "kind": "internal"}),
            0,
        )
        .unwrap();
    assert_eq!(faults.list(0).len(), 2);
    assert_eq!(strikes(&faults, &commit(), 1, 0), [false]);
    faults.end(Some("p"), None);
    assert_eq!(faults.list(0)[0]["project"], "q");
    faults.end(None, None);
    assert!(faults.is_empty());
}

#[test]
fn one_for_a_while_ends_by_the_clock_and_delays_add_up() {
    let faults = Faults::default();
    faults
        .set(json!({"kind": "unavailable", "forMillis": 3}), 1000)
        .unwrap();
    faults.set(json!({"kind": "delay", "delayMillis": 5}), 0).unwrap();
    faults
        .set(json!({"kind": "delay", "delayMillis": 6, "method": "Commit"}), 0)
        .unwrap();
    assert_eq!(strikes(&faults, &commit(), 1, 3999), [true]);
    let before = faults.before(&commit(), 4000);
    assert_eq!((before.refused.is_none(), before.delay_millis), (true, 11));
}

#[test]
fn resources_are_meant_by_name_by_beginning_and_by_segment() {
    let call = Call::new(
        Service::Storage,
        "ReadObject",
        "projects/_/buckets/media/objects/a/b.jpg",
    );
    for (resource, meant) in [
        ("media", true),
        ("projects/_/buckets/media", true),
        ("projects/_/buckets/med", false),
        ("projects/_/buckets/media/objects/a/b.jpg", true),
        ("b.jpg", true),
        ("other", false),
    ] {
        let faults = Faults::default();
        faults
            .set(json!({"resource": resource, "kind": "internal"}), 0)
            .unwrap();
        assert_eq!(strikes(&faults, &call, 1, 0), [meant], "{resource}");
    }
}

#[test]
fn deliveries_processes_and_the_disk_have_their_own_kinds() {
    let faults = Faults::default();
    for fault in [
        json!({"service": "pubsub", "resource": "feed", "kind": "duplicate", "copies": 2}),
        json!({"service": "pubsub", "kind": "reorder", "seed": 7}),
        json!({"service": "pubsub", "method": "deliver", "kind": "delay", "delayMillis": 9}),
        json!({"service": "pubsub", "kind": "dropOnce", "times": 1}),
        json!({"service": "pubsub", "kind": "delay", "delayMillis": 1000}),
        json!({"service": "run", "resource": "work", "kind": "kill", "times": 1}),
        json!({"service": "run", "project": "p", "kind": "duplicate"}),
        json!({"kind": "slowDisk", "delayMillis": 4, "times": 1}),
    ] {
        faults.set(fault, 0).unwrap();
    }
    let feed = faults.delivery("projects/p/subscriptions/feed", 0);
    assert_eq!(
        feed,
        DeliveryFaults {
            duplicate: 2,
            shuffle: Some(7),
            delay_millis: 9
        }
    );
    assert_eq!(faults.delivery("projects/p/subscriptions/other", 0).duplicate, 0);
    assert_eq!([faults.loses("s", 0), faults.loses("s", 0)], [true, false]);
    let (job, execution) = (
        "projects/p/locations/l/jobs/work",
        "projects/p/locations/l/jobs/work/executions/e",
    );
    assert_eq!(
        [faults.kills(execution, 0), faults.kills(execution, 0)],
        [true, false]
    );
    assert_eq!(
        (faults.runs_more(job, 0), faults.runs_more("projects/q/x", 0)),
        (1, 0)
    );
    assert_eq!(
        (faults.slow_disk(0).as_millis(), faults.slow_disk(0).as_millis()),
        (4, 0)
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    for wrong in [
        json!({}),
        json!({"kind": "sometimes"}),
        json!({"kind": "unavailable", "unknown": 1}),
        json!({"kind": "delay"}),
        json!({"kind": "delay", "delayMillis": 1, "after": true}),
        json!({"kind": "unavailable", "delayMillis": 1}),
        json!({"kind": "unavailable", "probability": 2}),
        json!({"kind": "slowDisk", "delayMillis": 1, "project": "p"}),
        json!({"service": "run", "kind": "reorder"}),
        json!({"service": "pubsub", "method": "Publish", "kind": "dropOnce"}),
    ] {
        let refused = Faults::default()
            .set(wrong.clone(), 0)
            .map_err(|status| status.code());
        assert_eq!(refused, Err(Code::InvalidArgument), "{wrong}");
    }
}

proptest! {
    #[test]
    fn the_same_seed_decides_the_same(seed: u64, probability in 0.0_f64..=1.0) {
        let decisions = || {
            let faults = Faults::default();
            faults.set(json!({"kind": "aborted", "probability": probability, "seed": seed}), 0).unwrap();
            strikes(&faults, &commit(), 64, 0)
        };
        prop_assert_eq!(decisions(), decisions());
    }

    #[test]
    fn the_part_that_is_struck_is_the_one_that_was_asked_for(seed: u64) {
        let faults = Faults::default();
        faults.set(json!({"kind": "aborted", "probability": 0.25, "seed": seed}), 0).unwrap();
        let struck = strikes(&faults, &commit(), 2000, 0).into_iter().filter(|hit| *hit).count();
        // six standard deviations
        prop_assert!((384..=616).contains(&struck), "{struck}");
    }
}
