//! What one client may cost.

use std::time::Duration;

/// Bounds of a server. The defaults are those of the reference server where it has one.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one hub message from a client, its terminator included. Default 32 KiB. More closes the
    /// connection.
    pub message_bytes: usize,
    /// Bytes of one WebSocket message from a client, which may hold many hub messages: clients join all they
    /// send at once. Default 1 MiB; memory of that size is held for each connection that uses it.
    pub websocket_message_bytes: usize,
    /// A ping is sent when nothing else was for this long. Default 15 s; clients give up after 30 s of silence,
    /// so never configure more.
    pub keep_alive: Duration,
    /// A client that has pinged once and is then silent for this long is closed. Default 30 s.
    pub client_timeout: Duration,
    /// Time from the connection to a whole handshake. Default 15 s.
    pub handshake_timeout: Duration,
    /// How long the connection token of a negotiate answer opens a connection. Default 15 s.
    pub negotiate_window: Duration,
    /// A write that is stuck for this long ends the connection. Default 10 s.
    pub send_timeout: Duration,
    /// How long the end of a connection waits for the client to take the last bytes and answer. Default 5 s.
    pub close_wait: Duration,
    /// Groups that one connection may be in. Default 100.
    pub groups_per_connection: usize,
    /// Connections of one user to one hub of this process. Default 10. Who has no user id is not counted.
    pub connections_per_user: usize,
    /// Invocations that one connection has handled per second, and as a burst. Default 20. More are not refused
    /// but wait, and the client's further bytes with them.
    pub invocations_per_second: u32,
    /// Hub messages that may wait for one slow reader. Default 512.
    pub queue_messages: usize,
    /// Bytes that may wait for one slow reader; a single message may be larger. Default 256 KiB.
    pub queue_bytes: usize,
    /// How often all connections are looked over for one that is due. Default 250 ms. One timer serves all
    /// connections, so every time above is kept to this precision.
    pub sweep: Duration,
    /// Whether a connection ends (and may come back with a fresh token) when its identity expires. Default no.
    pub close_on_expiry: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 32 * 1024,
            websocket_message_bytes: 1024 * 1024,
            keep_alive: Duration::from_secs(15),
            client_timeout: Duration::from_secs(30),
            handshake_timeout: Duration::from_secs(15),
            negotiate_window: Duration::from_secs(15),
            send_timeout: Duration::from_secs(10),
            close_wait: Duration::from_secs(5),
            groups_per_connection: 100,
            connections_per_user: 10,
            invocations_per_second: 20,
            queue_messages: 512,
            queue_bytes: 256 * 1024,
            sweep: Duration::from_millis(250),
            close_on_expiry: false,
        }
    }
}
