//! Messages both ways.

use super::{
    client::Client,
    hubs::{Fixture, Seen},
};
use crate::{Disconnect, Limits, MemoryBus, Topic};
use futures::SinkExt;
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn what_comes_in_may_be_cut_anyhow_and_be_binary() {
    let fixture = Fixture::with(Limits {
        invocations_per_second: 1000,
        ..Limits::default()
    })
    .await;
    let mut client = Client::open(&fixture, "/hubs/test", Some("ann")).await.unwrap();
    let calls = (0..50).map(|number| {
        json!({ "arguments": [number.to_string()], "target": "eCHO", "invocationId": number.to_string(), "type": 1 })
    });
    let records = [json!({ "version": 1, "protocol": "json" })]
        .into_iter()
        .chain(calls);
    let bytes: Vec<u8> = records
        .flat_map(|record| format!("{record}\u{1e}").into_bytes())
        .collect();
    for chunk in bytes.chunks(700) {
        client.socket.send(Message::binary(chunk.to_vec())).await.unwrap();
    }
    assert_eq!(client.next().await, json!({}));
    for number in 0..50 {
        let number = number.to_string();
        assert_eq!(
            client.next().await,
            json!({ "type": 3, "invocationId": number, "result": number })
        );
    }
}

#[tokio::test]
async fn failures_are_completions_and_keep_secrets() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "ann").await;
    let cases = [
        (
            "None",
            json!([]),
            "Failed to invoke 'None' due to an error on the server. HubException: Method does not exist.",
        ),
        (
            "Echo",
            json!([]),
            "Failed to invoke 'Echo' due to an error on the server. InvalidDataException: Invocation provides 0 argument(s) but target expects 1.",
        ),
        (
            "Fail",
            json!([]),
            "An unexpected error occurred invoking 'Fail' on the server.",
        ),
        (
            "Panic",
            json!([]),
            "An unexpected error occurred invoking 'Panic' on the server.",
        ),
    ];
    for (target, arguments, error) in cases {
        let completion = client.invoke(target, arguments).await;
        assert_eq!(
            completion,
            json!({ "type": 3, "invocationId": "i", "error": error })
        );
    }
    client
        .send(json!({ "type": 1, "target": "None", "arguments": [] }))
        .await;
    assert_eq!(client.invoke("Echo", json!(["x"])).await["result"], "x");
}

#[tokio::test]
async fn the_last_arguments_may_be_left_out_where_that_is_declared() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "ann").await;
    for (arguments, result) in [
        (json!([1]), json!([1, null])),
        (json!([1, null]), json!([1, null])),
        (json!([1, 2]), json!([1, 2])),
    ] {
        assert_eq!(client.invoke("pair", arguments).await["result"], result);
    }
    for (arguments, error) in [
        (
            json!([]),
            "Invocation provides 0 argument(s) but target expects 2.",
        ),
        (
            json!([1, 2, 3]),
            "Invocation provides 3 argument(s) but target expects 2.",
        ),
        (json!([1, "x"]), "Argument 2 is wrong"),
        (json!([300]), "Argument 1 is wrong"),
        (json!([0]), "Failed to invoke 'pair' because user is unauthorized"),
    ] {
        let completion = client.invoke("pair", arguments).await;
        assert!(
            completion["error"].as_str().unwrap().contains(error),
            "{completion}"
        );
    }
    let methods = fixture.server.describe()[0].1.clone();
    let pair = methods.iter().find(|method| method.name == "Pair").unwrap();
    assert_eq!((pair.arguments, pair.optional), (2, 1));
}

#[tokio::test]
async fn a_group_spans_instances() {
    let bus = MemoryBus::default();
    let (one, two) = (
        Fixture::instance(bus.instance()).await,
        Fixture::instance(bus.instance()).await,
    );
    let (mut ann, mut bob) = (Client::start(&one, "ann").await, Client::start(&two, "bob").await);
    for client in [&mut ann, &mut bob] {
        assert_eq!(client.invoke("Join", json!(["g"])).await["result"], json!(null));
    }
    let said = |text: &str| json!({ "type": 1, "target": "Said", "arguments": [text] });
    ann.invoke("Say", json!(["g", "from ann"])).await;
    assert_eq!(bob.next().await, said("from ann"));
    one.server
        .clients("TEST")
        .all()
        .send("Said", ("to all",))
        .await
        .unwrap();
    assert_eq!(ann.next().await, said("to all"));
    assert_eq!(bob.next().await, said("to all"));
    two.server
        .clients("test")
        .user("ann")
        .send("Said", ("to ann",))
        .await
        .unwrap();
    assert_eq!(ann.next().await, said("to ann"));
    assert_eq!(bus.listeners(&Topic::group("test", "g")), 2);
}

#[tokio::test]
async fn a_quiet_connection_is_pinged() {
    let limits = Limits {
        keep_alive: Duration::from_millis(20),
        sweep: Duration::from_millis(5),
        ..Limits::default()
    };
    let fixture = Fixture::with(limits).await;
    let mut client = Client::start(&fixture, "ann").await;
    for _ in 0..2 {
        assert_eq!(client.next_with_pings().await, json!({ "type": 6 }));
    }
}

#[tokio::test]
async fn a_paused_reader_is_closed_and_slows_nobody() {
    let limits = Limits {
        close_wait: Duration::from_millis(1),
        ..Limits::default()
    };
    let fixture = Fixture::with(limits).await;
    let _paused = Client::start(&fixture, "paused").await;
    let mut reader = Client::start(&fixture, "reader").await;
    assert!(matches!(fixture.seen().await, Seen::Connected(_)));
    assert!(matches!(fixture.seen().await, Seen::Connected(_)));
    let all = fixture.server.clients("test").all();
    let text = "x".repeat(100_000);
    let mut sent = 0;
    while all.count_here() == 2 {
        all.send("Said", (sent, &text)).await.unwrap();
        assert_eq!(reader.next().await["arguments"][0], sent);
        sent += 1;
        assert!(sent < 10_000, "1 GB is no small queue");
    }
    let limits = Limits {
        close_wait: Duration::ZERO,
        ..Limits::default()
    };
    assert!(limits.queue_bytes < 100_000 * sent);
    assert_eq!(
        reader.invoke("Echo", json!(["still here"])).await["result"],
        "still here"
    );
    assert_eq!(fixture.gone().await, ("paused".into(), Disconnect::TooSlow));
}
