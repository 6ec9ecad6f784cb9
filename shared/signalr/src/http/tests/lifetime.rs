//! Coming and going.

use super::{
    client::Client,
    hubs::{Fixture, Seen},
};
use crate::{Disconnect, Limits};
use futures::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

fn quick() -> Limits {
    Limits {
        sweep: Duration::from_millis(5),
        close_wait: Duration::from_millis(5),
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_client_that_says_good_bye_is_answered() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "ann").await;
    client.send(json!({ "type": 7 })).await;
    assert_eq!(client.next().await, json!({ "type": 7 }));
    let close = client.closed().await.unwrap();
    assert_eq!((close.code, close.reason.as_str()), (CloseCode::Normal, ""));
    assert_eq!(fixture.gone().await, ("ann".into(), Disconnect::Left));
    assert_eq!(fixture.server.connections(), 0);
}

#[tokio::test]
async fn a_close_frame_is_a_good_end_and_a_cut_is_not() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "ann").await;
    client.socket.close(None).await.unwrap();
    assert_eq!(fixture.gone().await, ("ann".into(), Disconnect::Left));
    drop(Client::start(&fixture, "bob").await);
    let (who, reason) = fixture.gone().await;
    assert!(
        who == "bob" && matches!(reason, Disconnect::Lost(_)),
        "{who} {reason}"
    );
}

#[tokio::test]
async fn what_was_sent_before_the_close_frame_is_handled() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "ann").await;
    assert_eq!(fixture.seen().await, Seen::Connected("ann".into()));
    for id in ["1", "2", "3"] {
        client
            .send(json!({ "type": 1, "invocationId": id, "target": "Wait", "arguments": [] }))
            .await;
    }
    client.socket.close(None).await.unwrap();
    // It is answered though a call still waits.
    assert!(matches!(client.socket.next().await, Some(Ok(Message::Close(_)))));
    fixture
        .server
        .clients("test")
        .all()
        .send("Said", ("nobody hears this",))
        .await
        .unwrap();
    fixture.gate.add_permits(3);
    for _ in 0..3 {
        assert_eq!(fixture.seen().await, Seen::Waiting);
        assert_eq!(fixture.seen().await, Seen::Finished);
    }
    assert_eq!(
        fixture.seen().await,
        Seen::Disconnected("ann".into(), Disconnect::Left)
    );
}

#[tokio::test]
async fn a_bad_handshake_is_answered_then_closed() {
    let fixture = Fixture::new().await;
    let mut client = Client::open(&fixture, "/hubs/test", Some("ann")).await.unwrap();
    client
        .send(json!({ "protocol": "messagepack", "version": 1 }))
        .await;
    assert_eq!(
        client.next().await,
        json!({ "error": "The protocol 'messagepack' is not supported." })
    );
    assert_eq!(client.closed().await.unwrap().code, CloseCode::Normal);
}

#[tokio::test]
async fn no_handshake_is_canceled() {
    let fixture = Fixture::with(Limits {
        handshake_timeout: Duration::from_millis(10),
        ..quick()
    })
    .await;
    let mut client = Client::open(&fixture, "/hubs/test", Some("ann")).await.unwrap();
    assert_eq!(client.next().await, json!({ "error": "Handshake was canceled." }));
    assert_eq!(client.closed().await.unwrap().code, CloseCode::Normal);
}

#[tokio::test]
async fn nonsense_closes_with_an_error() {
    let fixture = Fixture::new().await;
    let error = json!({ "type": 7, "error": "Connection closed with an error.", "allowReconnect": true });
    for nonsense in [
        Message::text("nonsense\u{1e}"),
        Message::binary(vec![0xff; 32 * 1024]),
    ] {
        let mut client = Client::start(&fixture, "ann").await;
        client.socket.send(nonsense).await.unwrap();
        assert_eq!(client.next().await, error);
        assert_eq!(client.closed().await.unwrap().code, CloseCode::Normal);
        assert!(matches!(fixture.gone().await.1, Disconnect::Protocol(_)));
    }
}

#[tokio::test]
async fn the_hub_can_refuse() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "unwelcome").await;
    assert_eq!(
        client.next().await,
        json!({ "type": 7, "error": "Connection closed with an error." })
    );
    client.closed().await;
    let _ann = Client::start(&fixture, "ann").await;
    assert_eq!(
        fixture.seen().await,
        Seen::Connected("ann".into()),
        "the other one was never seen"
    );
}

#[tokio::test]
async fn a_call_ends_though_its_client_is_gone() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "ann").await;
    assert_eq!(fixture.seen().await, Seen::Connected("ann".into()));
    client
        .send(json!({ "type": 1, "target": "Wait", "arguments": [] }))
        .await;
    assert_eq!(fixture.seen().await, Seen::Waiting);
    fixture.server.close_session("ann", false);
    assert_eq!(client.next().await, json!({ "type": 7 }));
    client.closed().await;
    assert_eq!(fixture.server.connections(), 0);
    fixture.gate.add_permits(1);
    assert_eq!(fixture.seen().await, Seen::Finished);
    assert_eq!(
        fixture.seen().await,
        Seen::Disconnected("ann".into(), Disconnect::Closed)
    );
}

#[tokio::test]
async fn pings_go_on_while_a_call_runs() {
    let fixture = Fixture::with(Limits {
        keep_alive: Duration::from_millis(10),
        ..quick()
    })
    .await;
    let mut client = Client::start(&fixture, "ann").await;
    client
        .send(json!({ "type": 1, "invocationId": "1", "target": "Wait", "arguments": [] }))
        .await;
    for _ in 0..3 {
        assert_eq!(client.next_with_pings().await, json!({ "type": 6 }));
    }
    fixture.gate.add_permits(1);
    assert_eq!(
        client.next().await,
        json!({ "type": 3, "invocationId": "1", "result": null })
    );
}

#[tokio::test]
async fn a_session_is_closed_for_good_and_others_stay() {
    let fixture = Fixture::new().await;
    let (mut ann, mut bob) = (
        Client::start(&fixture, "ann").await,
        Client::start(&fixture, "bob").await,
    );
    assert_eq!(fixture.server.close_session("ann", false), 1);
    assert_eq!(ann.next().await, json!({ "type": 7 }));
    assert_eq!(bob.invoke("Echo", json!(["x"])).await["result"], "x");
    assert_eq!(fixture.server.close_user("bob", true), 1);
    assert_eq!(bob.next().await, json!({ "type": 7, "allowReconnect": true }));
}

#[tokio::test]
async fn a_silent_client_is_closed_once_it_had_pinged() {
    let fixture = Fixture::with(Limits {
        client_timeout: Duration::from_millis(20),
        ..quick()
    })
    .await;
    let mut never = Client::start(&fixture, "never").await;
    let mut once = Client::start(&fixture, "once").await;
    once.send(json!({ "type": 6 })).await;
    assert_eq!(once.next().await["allowReconnect"], true);
    assert_eq!(fixture.gone().await, ("once".into(), Disconnect::Silent));
    assert_eq!(never.invoke("Echo", json!(["x"])).await["result"], "x");
}

#[tokio::test]
async fn stopping_sends_all_elsewhere() {
    let fixture = Fixture::new().await;
    let mut client = Client::start(&fixture, "ann").await;
    let stopped = fixture.server.stop();
    let client = async {
        assert_eq!(client.next().await, json!({ "type": 7, "allowReconnect": true }));
        client.closed().await;
    };
    futures::join!(stopped, client);
    assert_eq!(fixture.gone().await, ("ann".into(), Disconnect::Stopping));
    assert_eq!(
        Client::open(&fixture, "/hubs/test", Some("bob")).await.err(),
        Some(503)
    );
}
