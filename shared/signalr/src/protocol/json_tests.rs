use super::*;
use crate::protocol::Protocol;
use proptest::prelude::*;
use serde_json::json;

fn read(text: &str) -> Result<Incoming, Malformed> {
    decode(text.as_bytes())
}

fn call(id: Option<&str>, arguments: Value, stream_ids: &[&str]) -> Invocation {
    Invocation {
        id: id.map(str::to_owned),
        target: "Send".into(),
        arguments: serde_json::from_value(arguments).unwrap(),
        stream_ids: stream_ids.iter().map(|id| (*id).to_owned()).collect(),
    }
}

#[test]
fn every_message_is_read() {
    let cases = [
        (
            r#"{"type":1,"invocationId":"7","target":"Send","arguments":[1,"x"],"streamIds":["8"]}"#,
            Incoming::Invocation(call(Some("7"), json!([1, "x"]), &["8"])),
        ),
        (
            r#"{"arguments":[],"headers":{"a":"b"},"target":"Send","type":1}"#,
            Incoming::Invocation(call(None, json!([]), &[])),
        ),
        (
            r#"{"type":1,"invocationId":"","target":"Send","arguments":[null],"streamIds":null}"#,
            Incoming::Invocation(call(None, json!([null]), &[])),
        ),
        (
            r#"{"type":2,"invocationId":"7","item":null}"#,
            Incoming::StreamItem {
                id: "7".into(),
                item: Value::Null,
            },
        ),
        (
            r#"{"type":3,"invocationId":"7","result":null}"#,
            Incoming::Completion {
                id: "7".into(),
                outcome: Some(Ok(Value::Null)),
            },
        ),
        (
            r#"{"type":3,"invocationId":"7"}"#,
            Incoming::Completion {
                id: "7".into(),
                outcome: None,
            },
        ),
        (
            r#"{"type":3,"invocationId":"7","error":"no"}"#,
            Incoming::Completion {
                id: "7".into(),
                outcome: Some(Err("no".into())),
            },
        ),
        (
            r#"{"type":4,"invocationId":"7","target":"Send","arguments":[]}"#,
            Incoming::StreamInvocation(call(Some("7"), json!([]), &[])),
        ),
        (
            r#"{"type":5,"invocationId":"7"}"#,
            Incoming::CancelInvocation { id: "7".into() },
        ),
        (r#"{"type":6}"#, Incoming::Ping),
        (r#"{"type":7}"#, Incoming::Close { error: None }),
        (
            r#"{"type":7,"error":"x","allowReconnect":true}"#,
            Incoming::Close {
                error: Some("x".into()),
            },
        ),
        (r#"{"type":8,"sequenceId":12}"#, Incoming::Ack(12)),
        (r#"{"type":9,"sequenceId":9}"#, Incoming::Sequence(9)),
        (r#"{"type":99,"target":5}"#, Incoming::Unknown(99)),
        (r#"{"type":-1}"#, Incoming::Unknown(-1)),
    ];
    for (text, message) in cases {
        assert_eq!(read(text), Ok(message), "{text}");
    }
}

#[test]
fn what_is_malformed_is_refused() {
    let deep = format!(
        r#"{{"type":1,"target":"a","arguments":[{}{}]}}"#,
        "[".repeat(500),
        "]".repeat(500)
    );
    let cases = [
        ("", Malformed::NotAnObject),
        ("nothing", Malformed::NotAnObject),
        ("[1]", Malformed::NotAnObject),
        ("6", Malformed::NotAnObject),
        (deep.as_str(), Malformed::NotAnObject),
        ("{}", Malformed::Property("type")),
        (r#"{"type":"1"}"#, Malformed::Property("type")),
        (r#"{"type":1,"arguments":[]}"#, Malformed::Property("target")),
        (
            r#"{"type":1,"target":7,"arguments":[]}"#,
            Malformed::Property("target"),
        ),
        (r#"{"type":1,"target":"a"}"#, Malformed::Property("arguments")),
        (
            r#"{"type":1,"target":"a","arguments":{}}"#,
            Malformed::Property("arguments"),
        ),
        (
            r#"{"type":1,"target":"a","arguments":[],"invocationId":7}"#,
            Malformed::Property("invocationId"),
        ),
        (
            r#"{"type":1,"target":"a","arguments":[],"streamIds":[7]}"#,
            Malformed::Property("streamIds"),
        ),
        (r#"{"type":2,"item":1}"#, Malformed::Property("invocationId")),
        (r#"{"type":2,"invocationId":"1"}"#, Malformed::Property("item")),
        (r#"{"type":3}"#, Malformed::Property("invocationId")),
        (
            r#"{"type":3,"invocationId":"1","result":null,"error":"x"}"#,
            Malformed::ResultAndError,
        ),
        (
            r#"{"type":4,"target":"a","arguments":[]}"#,
            Malformed::Property("invocationId"),
        ),
        (
            r#"{"type":5,"invocationId":""}"#,
            Malformed::Property("invocationId"),
        ),
        (r#"{"type":7,"error":5}"#, Malformed::Property("error")),
        (r#"{"type":8}"#, Malformed::Property("sequenceId")),
        (r#"{"type":9,"sequenceId":-1}"#, Malformed::Property("sequenceId")),
    ];
    for (text, error) in cases {
        assert_eq!(read(text), Err(error), "{text}");
    }
    assert_eq!(
        decode(b"{\"type\":6,\"a\":\"\xff\"}"),
        Err(Malformed::NotAnObject)
    );
}

fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap()
}

#[test]
fn what_is_written_has_no_absent_properties() {
    let json = Protocol::Json;
    let done = |outcome| {
        json.encode_completion(&Completion {
            id: "7".into(),
            outcome,
        })
    };
    let cases = [
        (
            json.encode_invocation("Send", &raw(&json!([1, "x"]))),
            r#"{"type":1,"target":"Send","arguments":[1,"x"]}"#,
        ),
        (
            done(Outcome::Result(raw(&json!(42)))),
            r#"{"type":3,"invocationId":"7","result":42}"#,
        ),
        (
            done(Outcome::Result(raw(&Value::Null))),
            r#"{"type":3,"invocationId":"7","result":null}"#,
        ),
        (
            done(Outcome::Error("no".into())),
            r#"{"type":3,"invocationId":"7","error":"no"}"#,
        ),
        (json.encode_ping(), r#"{"type":6}"#),
        (json.encode_close(&Close::default()), r#"{"type":7}"#),
        (
            json.encode_close(&Close::quiet(true)),
            r#"{"type":7,"allowReconnect":true}"#,
        ),
        (
            json.encode_close(&Close::refusal("x")),
            r#"{"type":7,"error":"x"}"#,
        ),
    ];
    for (bytes, text) in cases {
        assert_eq!(bytes, format!("{text}\u{1e}"));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn what_is_written_is_one_record_and_reads_back(target in ".*", text in ".*") {
        let arguments = json!([text]);
        let bytes = Protocol::Json.encode_invocation(&target, &raw(&arguments));
        let (end, record) = bytes.split_last().unwrap();
        prop_assert_eq!(*end, RECORD_END);
        prop_assert!(record.iter().all(|byte| *byte >= 0x20));
        let expected = Invocation { id: None, target, arguments: vec![json!(text)], stream_ids: vec![] };
        prop_assert_eq!(decode(record), Ok(Incoming::Invocation(expected)));
    }
}
