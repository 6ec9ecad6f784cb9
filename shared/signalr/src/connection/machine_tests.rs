use super::*;
use proptest::prelude::*;
use std::time::Duration;

const HANDSHAKE: &[u8] = b"{\"protocol\":\"json\",\"version\":1}\x1e";
const PING: &[u8] = b"{\"type\":6}\x1e";

struct Bench {
    connection: Connection,
    now: Instant,
}

impl Bench {
    fn with(limits: Limits) -> Self {
        let now = Instant::now();
        Self {
            connection: Connection::new(Arc::new(limits), now),
            now,
        }
    }

    fn new() -> Self {
        Self::with(Limits::default())
    }

    /// Past the handshake and the hub's welcome.
    fn started() -> Self {
        let mut bench = Self::new();
        assert_eq!(
            bench.send(HANDSHAKE),
            [Action::Send(accepted()), Action::Start(Protocol::Json)]
        );
        bench.connection.ready(bench.now);
        bench
    }

    fn send(&mut self, bytes: &[u8]) -> Vec<Action> {
        self.connection.receive(bytes, self.now);
        self.actions()
    }

    fn actions(&mut self) -> Vec<Action> {
        std::iter::from_fn(|| self.connection.poll(self.now)).collect()
    }

    fn after(&mut self, seconds: u64) -> Vec<Action> {
        self.now += Duration::from_secs(seconds);
        self.actions()
    }
}

fn record(text: &str) -> Vec<u8> {
    [text.as_bytes(), b"\x1e"].concat()
}

fn ended(actions: &[Action]) -> (Option<String>, Disconnect) {
    let Some(Action::End(ending)) = actions.last() else {
        panic!("{actions:?} does not end");
    };
    let text = ending
        .message
        .as_ref()
        .map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
    (text, ending.reason.clone())
}

fn target(action: &Action) -> &str {
    match action {
        Action::Invoke(invocation) => &invocation.target,
        other => panic!("{other:?} is no call"),
    }
}

fn call(name: &str) -> Vec<u8> {
    record(&format!(
        r#"{{"type":1,"invocationId":"1","target":"{name}","arguments":[]}}"#
    ))
}

#[test]
fn a_bad_handshake_is_answered_and_ends() {
    let long = vec![b'x'; 32 * 1024];
    let first_is_a_call = call("Send");
    let cases: [(&[u8], &str); 5] = [
        (
            b"{\"protocol\":\"xml\",\"version\":1}\x1e",
            "'xml' is not supported",
        ),
        (b"{\"protocol\":\"json\",\"version\":3}\x1e", "version 3"),
        (b"hello\x1e", "not a JSON object"),
        (&first_is_a_call, "not a JSON object"),
        (&long, "too long"),
    ];
    for (input, text) in cases {
        let mut bench = Bench::new();
        let (message, reason) = ended(&bench.send(input));
        let message = message.unwrap();
        assert!(
            message.contains(text) && message.starts_with("{\"error\":"),
            "{message}"
        );
        assert!(matches!(reason, Disconnect::Handshake(_)));
        assert_eq!(bench.send(HANDSHAKE), []);
    }
}

#[test]
fn a_handshake_that_does_not_come_is_canceled() {
    let mut bench = Bench::new();
    assert_eq!(
        bench.connection.deadline(),
        Some(bench.now + Duration::from_secs(15))
    );
    assert_eq!(bench.send(b"{\"protocol\""), []);
    assert_eq!(bench.after(14), []);
    assert_eq!(
        ended(&bench.after(1)).0.unwrap(),
        "{\"error\":\"Handshake was canceled.\"}\u{1e}"
    );
}

#[test]
fn what_follows_the_handshake_in_one_frame_waits_for_the_hub() {
    let mut bench = Bench::new();
    let actions = bench.send(&[HANDSHAKE, PING, &call("First"), &call("Second")].concat());
    assert_eq!(actions, [Action::Send(accepted()), Action::Start(Protocol::Json)]);
    for name in ["First", "Second"] {
        bench.connection.ready(bench.now);
        let actions = bench.actions();
        assert_eq!(actions.len(), 1);
        assert_eq!(target(&actions[0]), name);
    }
}

#[test]
fn malformed_messages_close_with_a_generic_error_and_may_come_back() {
    let cases = [
        "",
        "nothing",
        "[]",
        "{}",
        r#"{"type":"1"}"#,
        r#"{"type":1,"target":"a"}"#,
        r#"{"type":1,"target":"a","arguments":{}}"#,
        r#"{"type":3,"invocationId":"1","result":1,"error":"x"}"#,
    ];
    for text in cases {
        let (message, reason) = ended(&Bench::started().send(&record(text)));
        let expected =
            "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}\u{1e}";
        assert_eq!(message.unwrap(), expected, "{text}");
        assert!(matches!(reason, Disconnect::Protocol(_)));
    }
}

#[test]
fn a_message_over_the_limit_closes_and_many_small_ones_do_not() {
    let mut bench = Bench::started();
    assert_eq!(bench.send(&PING.repeat(10_000)), []);
    assert!(bench.connection.wants_input());
    assert!(matches!(
        ended(&bench.send(&vec![b' '; 32 * 1024])).1,
        Disconnect::Protocol(_)
    ));
}

#[test]
fn what_is_unknown_or_not_for_us_is_ignored() {
    let mut bench = Bench::started();
    for text in [
        r#"{"type":2,"invocationId":"9","item":1}"#,
        r#"{"type":3,"invocationId":"s1","result":1}"#,
        r#"{"type":5,"invocationId":"9"}"#,
        r#"{"type":8,"sequenceId":1}"#,
        r#"{"type":9,"sequenceId":1}"#,
        r#"{"type":77,"invocationId":5}"#,
    ] {
        assert_eq!(bench.send(&record(text)), [], "{text}");
    }
    assert_eq!(bench.send(&call("Still")).len(), 1);
}

#[test]
fn a_streaming_call_is_answered_with_an_error() {
    let actions = Bench::started().send(&record(
        r#"{"type":4,"invocationId":"5","target":"Count","arguments":[]}"#,
    ));
    let [Action::Send(bytes)] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(
        text.contains("\"type\":3,\"invocationId\":\"5\",\"error\":"),
        "{text}"
    );
}

#[test]
fn pings_count_from_what_was_sent_last() {
    let mut bench = Bench::started();
    assert_eq!(bench.after(14), []);
    bench.send(&call("Busy"));
    let ping = [Action::Send(Protocol::Json.encode_ping())];
    assert_eq!(
        bench.after(1),
        ping,
        "what the client sends, and a call that runs, hold no ping back"
    );
    assert_eq!(bench.after(14), []);
    bench.connection.write_started(bench.now);
    bench.connection.write_finished();
    assert_eq!(bench.after(14), []);
    assert_eq!(bench.after(1), ping);
}

#[test]
fn only_a_client_that_pinged_once_can_fall_silent() {
    let mut bench = Bench::started();
    assert!(
        bench
            .after(1000)
            .iter()
            .all(|action| matches!(action, Action::Send(_)))
    );

    assert_eq!(bench.send(PING), []);
    bench.after(15);
    assert_eq!(bench.send(&record(r#"{"type":99}"#)), [], "any message counts");
    let alive = bench.after(29);
    assert!(
        alive.iter().all(|action| matches!(action, Action::Send(_))),
        "{alive:?}"
    );
    let (message, reason) = ended(&bench.after(1));
    assert!(message.unwrap().contains("\"allowReconnect\":true"));
    assert_eq!(reason, Disconnect::Silent);
}

#[test]
fn a_running_call_pauses_the_client_timeout() {
    let mut bench = Bench::started();
    bench.send(PING);
    assert_eq!(bench.send(&call("Slow")).len(), 1);
    let during = bench.after(100);
    assert!(
        during.iter().all(|action| matches!(action, Action::Send(_))),
        "{during:?}"
    );
    bench.connection.ready(bench.now);
    assert!(
        bench
            .after(29)
            .iter()
            .all(|action| matches!(action, Action::Send(_)))
    );
    assert_eq!(ended(&bench.after(1)).1, Disconnect::Silent);
}

#[test]
fn a_write_that_is_stuck_ends_without_a_message() {
    let mut bench = Bench::started();
    bench.connection.write_started(bench.now);
    assert_eq!(
        bench.connection.deadline(),
        Some(bench.now + Duration::from_secs(10))
    );
    assert_eq!(ended(&bench.after(10)), (None, Disconnect::TooSlow));
}

#[test]
fn too_many_calls_wait_for_their_turn_and_none_is_lost() {
    let mut bench = Bench::started();
    bench.connection.receive(&call("Fast").repeat(200), bench.now);
    let (mut handled, start) = (0, bench.now);
    loop {
        while let Some(action) = bench.connection.poll(bench.now) {
            if let Action::Invoke(_) = action {
                handled += 1;
                bench.connection.ready(bench.now);
            }
        }
        if handled == 200 {
            break;
        }
        bench.now = bench.connection.deadline().unwrap().max(bench.now);
    }
    let taken = bench.now - start;
    assert!(
        taken >= Duration::from_millis(8_900) && taken <= Duration::from_millis(9_100),
        "{taken:?}"
    );
}

#[test]
fn behind_a_running_call_only_so_much_is_read() {
    let mut bench = Bench::started();
    bench.send(&call("Slow"));
    assert!(bench.connection.wants_input());
    bench.send(&PING.repeat(4_000));
    assert!(!bench.connection.wants_input());
    bench.connection.ready(bench.now);
    bench.actions();
    assert!(bench.connection.wants_input());
}

#[test]
fn leaving_is_handled_in_its_turn() {
    let mut bench = Bench::started();
    let actions = bench.send(&[call("Last"), record(r#"{"type":7}"#)].concat());
    assert_eq!(target(&actions[0]), "Last");
    bench.connection.ready(bench.now);
    assert_eq!(
        ended(&bench.actions()),
        (Some("{\"type\":7}\u{1e}".into()), Disconnect::Left)
    );
}

#[test]
fn the_end_of_input_comes_after_what_was_sent() {
    let mut bench = Bench::started();
    bench.connection.receive(&call("Last").repeat(100), bench.now);
    bench.connection.end_of_input();
    for _ in 0..100 {
        assert_eq!(bench.actions().len(), 1);
        bench.connection.ready(bench.now);
    }
    assert_eq!(ended(&bench.actions()), (None, Disconnect::Left));

    let mut cut = Bench::started();
    cut.send(b"{\"type\":");
    cut.connection.end_of_input();
    assert!(matches!(ended(&cut.actions()).1, Disconnect::Lost(_)));
}

#[test]
fn a_close_before_the_handshake_has_no_message() {
    let mut bench = Bench::new();
    let ending = bench.connection.close(&Close::quiet(true), Disconnect::Stopping);
    assert_eq!(
        ending,
        Ending {
            message: None,
            reason: Disconnect::Stopping
        }
    );
    let ending = Bench::started()
        .connection
        .close(&Close::quiet(true), Disconnect::Stopping);
    assert_eq!(
        ending.message.unwrap(),
        "{\"type\":7,\"allowReconnect\":true}\u{1e}"
    );
}

proptest! {
    #[test]
    fn no_bytes_and_no_times_make_it_panic_or_go_on_after_the_end(
        handshake in any::<bool>(),
        input in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..80), 0u64..40), 0..20),
    ) {
        let mut bench = if handshake { Bench::started() } else { Bench::new() };
        let mut over = false;
        for (bytes, seconds) in input {
            let mut actions = bench.send(&bytes);
            actions.extend(bench.after(seconds));
            bench.connection.ready(bench.now);
            prop_assert!(!over || actions.is_empty());
            over = over || actions.iter().any(|action| matches!(action, Action::End(_)));
        }
    }

    #[test]
    fn any_chunking_gives_the_same_calls(cuts in proptest::collection::vec(0usize..400, 0..12)) {
        let input = [HANDSHAKE, &call("One"), PING, &call("Two"), &record(r#"{"type":7}"#)].concat();
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut % (input.len() + 1)).collect();
        cuts.sort_unstable();
        cuts.push(input.len());
        let (mut bench, mut from, mut seen) = (Bench::new(), 0, Vec::new());
        for cut in cuts {
            bench.connection.receive(&input[from..cut], bench.now);
            from = cut;
            while let Some(action) = bench.connection.poll(bench.now) {
                bench.connection.ready(bench.now);
                seen.push(action);
            }
        }
        prop_assert_eq!(seen.len(), 5);
        prop_assert_eq!((target(&seen[2]), target(&seen[3])), ("One", "Two"));
        prop_assert_eq!(ended(&seen).1, Disconnect::Left);
    }
}
