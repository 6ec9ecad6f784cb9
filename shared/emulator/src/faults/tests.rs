//! Which calls a fault means, when it strikes, and what callers see of it.

use super::*;
use axum::body::{Body, to_bytes};
use http::{Method, Request, StatusCode};
use proptest::prelude::*;
use serde_json::json;
use tonic::Code;
use tower::ServiceExt as _;

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

#[test]
fn the_table_of_calls() {
    let rest = |method: &str, address: &str| {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let call = Call::of_rest(&method, path, query);
        call.map_or_else(String::new, |call| {
            format!("{:?} {} {}", call.service, call.method, call.resource)
        })
    };
    for (method, address, call) in [
        (
            "POST",
            "/v1/projects/p/topics/t:publish",
            "Pubsub Publish projects/p/topics/t",
        ),
        (
            "PUT",
            "/v1/projects/p/subscriptions/s",
            "Pubsub CreateSubscription projects/p/subscriptions/s",
        ),
        (
            "GET",
            "/v1/projects/p/topics",
            "Pubsub ListTopics projects/p/topics",
        ),
        (
            "POST",
            "/v1/projects/p/locations/l/jobs/j:run",
            "Scheduler RunJob projects/p/locations/l/jobs/j",
        ),
        (
            "POST",
            "/v2/projects/p/locations/l/jobs/j:run",
            "Run RunJob projects/p/locations/l/jobs/j",
        ),
        (
            "PATCH",
            "/v2/projects/p/locations/l/jobs/j",
            "Run UpdateJob projects/p/locations/l/jobs/j",
        ),
        (
            "POST",
            "/v1/projects/-/serviceAccounts/a:signBlob",
            "Iam SignBlob projects/-/serviceAccounts/a",
        ),
        (
            "GET",
            "/storage/v1/b/m/o/a%2Fb+c?alt=media",
            "Storage ReadObject projects/_/buckets/m/objects/a/b+c",
        ),
        (
            "GET",
            "/storage/v1/b/m/o/a",
            "Storage GetObject projects/_/buckets/m/objects/a",
        ),
        (
            "POST",
            "/upload/storage/v1/b/m/o?uploadType=resumable",
            "Storage StartResumableWrite projects/_/buckets/m",
        ),
        (
            "PUT",
            "/upload/storage/v1/b/m/o?upload_id=1",
            "Storage WriteObject projects/_/buckets/m",
        ),
        (
            "POST",
            "/b/m/o/a/rewriteTo/b/m/o/c",
            "Storage RewriteObject projects/_/buckets/m/objects/a",
        ),
        (
            "POST",
            "/storage/v1/b?project=p",
            "Storage CreateBucket projects/p",
        ),
        (
            "GET",
            "/media/a/b.jpg",
            "Storage ReadObject projects/_/buckets/media/objects/a/b.jpg",
        ),
        (
            "PUT",
            "/media/a?X-Goog-Signature=0",
            "Storage WriteObject projects/_/buckets/media/objects/a",
        ),
        ("GET", "/_emulator/faults", ""),
        ("GET", "/oauth2/v3/certs", ""),
    ] {
        assert_eq!(rest(method, address), call, "{method} {address}");
    }
    let grpc = Call::of_grpc("/google.pubsub.v1.Publisher/Publish").unwrap();
    assert_eq!((grpc.service, grpc.method.as_str()), (Service::Pubsub, "Publish"));
    assert_eq!(Call::of_grpc("/grpc.health.v1.Health/Check"), None);
}

/// Sends a request to an emulator of its own; the status and the body.
async fn ask(emulator: &crate::Emulator, method: &str, path: &str, body: &str) -> (StatusCode, String) {
    let json = ("content-type", "application/json");
    let request = Request::builder().method(method).uri(path).header(json.0, json.1);
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let answer = emulator.router().oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn every_service_answers_its_faults_in_its_own_form() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = crate::Emulator::open(crate::Options::new(folder.path())).unwrap();
    let (status, _) = ask(&emulator, "PUT", "/_emulator/faults", r#"{"kind":"unavailable"}"#).await;
    assert_eq!(status, StatusCode::OK);
    for (path, form) in [
        ("/v1/projects/p/topics", r#""status":"UNAVAILABLE""#),
        ("/v1/projects/p/locations/l/jobs", r#""status":"UNAVAILABLE""#),
        ("/v2/projects/p/locations/l/jobs", r#""status":"UNAVAILABLE""#),
        ("/storage/v1/b?project=p", r#""reason":"backendError""#),
        ("/bucket/object", "<Code>ServiceUnavailable</Code>"),
    ] {
        let (status, body) = ask(&emulator, "GET", path, "").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(body.contains(form), "{path}: {body}");
    }
    let (_, listed) = ask(&emulator, "GET", "/_emulator/faults", "").await;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["faults"][0]["fired"], 5);
    assert_eq!(
        ask(&emulator, "DELETE", "/_emulator/faults?id=1", "").await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        ask(&emulator, "GET", "/v1/projects/p/topics", "").await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_answer_that_is_lost_was_given_and_a_bucket_is_of_its_project() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = crate::Emulator::open(crate::Options::new(folder.path())).unwrap();
    let after = r#"{"service":"pubsub","method":"CreateTopic","kind":"unavailable","after":true,"times":1}"#;
    ask(&emulator, "PUT", "/_emulator/faults", after).await;
    let create = ask(&emulator, "PUT", "/v1/projects/p/topics/tales", "{}").await;
    assert_eq!(create.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        ask(&emulator, "GET", "/v1/projects/p/topics/tales", "").await.0,
        StatusCode::OK
    );

    ask(
        &emulator,
        "POST",
        "/storage/v1/b?project=p",
        r#"{"name":"media-of-p"}"#,
    )
    .await;
    let of_project = |project: &str| {
        format!(r#"{{"service":"storage","project":"{project}","kind":"internal","times":1}}"#)
    };
    ask(&emulator, "PUT", "/_emulator/faults", &of_project("q")).await;
    assert_eq!(
        ask(&emulator, "GET", "/storage/v1/b/media-of-p", "").await.0,
        StatusCode::OK
    );
    ask(&emulator, "PUT", "/_emulator/faults", &of_project("p")).await;
    let refused = ask(&emulator, "GET", "/storage/v1/b/media-of-p", "").await.0;
    assert_eq!(refused, StatusCode::INTERNAL_SERVER_ERROR);
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

    #[test]
    fn no_message_and_no_address_breaks_the_reading(bytes: Vec<u8>, address in "(/[ -~]{0,12}){0,8}", name in "projects/[ -~]{0,200}") {
        let _ = peek::find(&bytes);
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let _ = Call::of_rest(&method, &address, "");
        }
        let publish = gcloud_sdk::google::pubsub::v1::PublishRequest { topic: name.clone(), messages: vec![] };
        prop_assert_eq!(peek::find(&prost::Message::encode_to_vec(&publish)), Some(name));
    }
}
