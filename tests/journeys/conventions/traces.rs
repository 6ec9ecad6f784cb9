//! Traces: from who asks to the last who hears of it.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kith;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

/// The `traceparent` of every event of a topic, in parts: version, trace, span, flags.
async fn traces(kith: &Kith, topic: &str) -> Vec<[String; 4]> {
    let path = format!(
        "/_emulator/pubsub/messages?topic=projects/{}/topics/{topic}",
        kith.project()
    );
    let told = kith.emulator(Method::GET, &path, None).await.ok();
    let parent = |message: &Value| {
        let parent = message["attributes"]["ce-traceparent"].as_str().unwrap();
        let parts: Vec<String> = parent.split('-').map(str::to_owned).collect();
        parts.try_into().unwrap()
    };
    told["messages"].as_array().unwrap().iter().map(parent).collect()
}

#[tokio::test]
async fn a_trace_goes_on_through_events_to_those_who_consume_them() {
    if testkit::left_out() {
        return;
    }
    let w3c = format!("00-{TRACE}-{SPAN}-01");
    let google = format!("{TRACE}/13259877325836006193;o=1");
    let other = "00-11111111111111111111111111111111-2222222222222222-00";
    for headers in [
        vec![("traceparent", w3c.as_str())],
        vec![("x-cloud-trace-context", google.as_str())],
        // Google's front end adds its own beside the caller's
        vec![
            ("traceparent", w3c.as_str()),
            ("x-cloud-trace-context", "11111111111111111111111111111111/1"),
        ],
        // what cannot be read is as if it were not there
        vec![
            ("traceparent", "00-what"),
            ("x-cloud-trace-context", google.as_str()),
        ],
    ] {
        let kith = Kith::start().await;
        let [ann, bob] = kith.people(["ann", "bob"]).await;
        bob.follows(&ann).await;
        kith.settled().await;
        let mut request = ann.request(Method::POST, "/api/posts");
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        ann.send(request.json(&json!({ "text": "first light" })))
            .await
            .expect(201);
        kith.settled().await;
        // what the request said, and what its consumer said because of that
        for topic in ["posts", "feed"] {
            let all = traces(&kith, topic).await;
            assert!(!all.is_empty(), "{topic}");
            for [version, trace, span, flags] in &all {
                assert_eq!(
                    [version, trace, flags],
                    ["00", TRACE, "01"],
                    "{topic} {headers:?}"
                );
                assert_ne!(span, SPAN, "{topic}: its own part of the trace");
            }
        }
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let request = ann
        .request(Method::GET, "/api/posts/none")
        .header("traceparent", other);
    let problem = ann.send(request).await.problem(404, "not_found");
    assert_eq!(problem["traceId"], other[3..35]);
}
