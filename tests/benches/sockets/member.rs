//! One socket in a room.

use super::frames::{Frames, text};
use super::{JOINED, Kind, MARK};
use crate::support::Outcome;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most that is read at once.
const CHUNK: usize = 4096;

/// A connected member.
#[derive(Debug)]
pub(crate) struct Member {
    stream: TcpStream,
    frames: Frames,
}

impl Member {
    /// Connects and joins; when it is done, whatever is published to the room arrives.
    pub(crate) async fn join(kind: Kind, server: SocketAddr, room: u32) -> Outcome<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let mut member = Self {
            stream,
            frames: Frames::default(),
        };
        match kind {
            Kind::Floor => member.upgrade(&format!("/rooms/{room}")).await?,
            Kind::Kith => {
                member.upgrade("/hubs/talk").await?;
                member.say("{\"protocol\":\"json\",\"version\":1}\u{1e}").await?;
                let join = format!(
                    "{{\"type\":1,\"invocationId\":\"1\",\"target\":\"Join\",\"arguments\":[{room}]}}\u{1e}"
                );
                member.say(&join).await?;
            }
        }
        let mut heard = Vec::new();
        while !String::from_utf8_lossy(&heard).contains(JOINED) {
            member.read(|payload| heard.extend(payload)).await?;
        }
        Ok(member)
    }

    /// Sends the request and reads the answer's head, byte by byte so that nothing behind it is lost.
    async fn upgrade(&mut self, path: &str) -> Outcome {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await?);
        }
        if head.starts_with(b"HTTP/1.1 101") {
            return Ok(());
        }
        Err(format!("no upgrade: {}", String::from_utf8_lossy(&head)).into())
    }

    async fn say(&mut self, payload: &str) -> Outcome {
        let frame = text(payload).ok_or("too long for a small frame")?;
        Ok(self.stream.write_all(&frame).await?)
    }

    /// Reads once.
    async fn read(&mut self, payload: impl FnMut(&[u8])) -> Outcome {
        let mut chunk = [0; CHUNK];
        match self.stream.read(&mut chunk).await? {
            0 => Err("the server closed a connection".into()),
            count => {
                self.frames.read(&chunk[..count], payload);
                Ok(())
            }
        }
    }

    /// Tells how many messages came, each time some did, until the connection ends.
    pub(crate) async fn listen(mut self, mut hear: impl FnMut(usize)) {
        loop {
            let mut messages = 0;
            let marks = |payload: &[u8]| messages += payload.split(|byte| *byte == MARK).count() - 1;
            if self.read(marks).await.is_err() {
                return;
            }
            if messages > 0 {
                hear(messages);
            }
        }
    }
}
