//! What requests call.

use crate::faults::call::Call;
use crate::faults::fault::Service;
use crate::faults::peek;
use http::Method;
use proptest::prelude::*;

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

proptest! {
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
