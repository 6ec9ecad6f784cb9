//! What a client of the hubs sends: frames, the handshake, messages; cut at any place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalr::Limits;
use signalr::connection::Connection;
use std::sync::Arc;
use std::time::Instant;

fuzz_target!(|bytes: &[u8]| {
    let now = Instant::now();
    let mut connection = Connection::new(Arc::new(Limits::default()), now);
    for piece in bytes.split(|byte| *byte == 0) {
        connection.receive(piece, now);
        while connection.poll(now).is_some() {}
        connection.ready(now);
    }
    connection.end_of_input();
    while connection.poll(now).is_some() {}
});
