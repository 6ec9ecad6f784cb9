//! What comes from outside breaks nothing.

use crate::run::job::{Job, check_id};
use crate::run::template::Template;
use crate::run::time::{duration, duration_text};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Map, Value, json};

/// Any JSON, of the names that jobs have.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[0-9]{0,22}(\\.[0-9]{0,9})?s".prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("template"),
        Just("containers"),
        Just("image"),
        Just("args"),
        Just("env"),
        Just("name"),
        Just("timeout"),
        Just("maxRetries"),
        Just("taskCount"),
        Just("containerOverrides"),
    ];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        let object = proptest::collection::vec((name.clone(), inner.clone()), 0..4);
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(Value::from),
            object.prop_map(|fields| {
                let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
                Value::Object(fields.collect::<Map<_, _>>())
            }),
        ]
    })
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => [("template".to_owned(), other)].into_iter().collect(),
    }
}

proptest! {
    #[test]
    fn no_job_and_no_override(job in value(), overrides in value()) {
        let _ = Job::new("projects/p/locations/l/jobs/j".into(), &fields(job), 0);
        let whole = json!({"template": {"template": {"containers": [{"image": "x"}]}}});
        let template = Template::parse(&fields(whole)).unwrap();
        let _ = template.overridden(&fields(overrides));
    }

    #[test]
    fn no_duration_and_no_name(text in "\\PC{0,24}", seconds in "[0-9]{0,24}(\\.[0-9]{0,12})?s", id in "\\PC{0,60}") {
        let _ = (duration(&text), check_id(&id));
        if let Some(micros) = duration(&seconds) {
            prop_assert_eq!(duration(&duration_text(micros)), Some(micros));
        }
    }
}

#[tokio::test]
async fn no_address() {
    let fixture = super::Fixture::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let part = "(jobs|executions|tasks|operations|-|work|[ -~&&[^ #?%/<>\\\"]]{0,6})";
    let strategy =
        format!("({part}/?){{0,6}}(:run|:cancel|:wait)?(\\?(pageSize|pageToken|jobId)=[a-z0-9%-]{{0,4}})?");
    let strategy = proptest::string::string_regex(&strategy).unwrap();
    for _ in 0..200 {
        let path = strategy.new_tree(&mut runner).unwrap().current();
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            let address = format!("/v2/projects/demo/locations/l/{path}");
            if address.parse::<http::Uri>().is_ok() {
                let (status, _) = fixture.call(method, &address, json!({"timeout": "0s"})).await;
                assert!(status.as_u16() != 500, "{method} {address}: {status}");
            }
        }
    }
}
