//! The name that a gRPC message begins with, read without waiting for the whole message.

use axum::body::{Body, Bytes};
use futures::StreamExt as _;
use futures::stream;

/// How much of a message is looked at: names come first in Google's messages, and are shorter than this.
const MOST: usize = 4096;
/// A gRPC frame: one byte whether it is compressed, four of length (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>).
const FRAME: usize = 5;

/// The first `projects/...` in the first message, and the body as it was.
pub(super) async fn name(body: Body) -> (Option<String>, Body) {
    let mut rest = body.into_data_stream();
    let (mut read, mut start) = (Vec::<Result<Bytes, axum::Error>>::new(), Vec::new());
    while start.len() < wanted(&start) {
        let Some(chunk) = rest.next().await else { break };
        if let Ok(bytes) = &chunk {
            start.extend_from_slice(bytes);
        }
        let broken = chunk.is_err();
        read.push(chunk);
        if broken {
            break;
        }
    }
    let name = find(start.get(FRAME..).unwrap_or_default());
    (name, Body::from_stream(stream::iter(read).chain(rest)))
}

/// How many bytes the look takes: those of the first message, as far as they matter.
fn wanted(start: &[u8]) -> usize {
    let length = start.get(1..FRAME).and_then(|bytes| bytes.try_into().ok());
    length.map_or(FRAME, |bytes| {
        usize::try_from(u32::from_be_bytes(bytes))
            .unwrap_or(MOST)
            .min(MOST)
            + FRAME
    })
}

/// The first string of a protobuf message that begins with `projects/`: its length stands before it, in one byte or two
/// (<https://protobuf.dev/programming-guides/encoding/#length-types>).
pub(super) fn find(message: &[u8]) -> Option<String> {
    let word = b"projects/";
    let at = message.windows(word.len()).position(|window| window == word)?;
    let last = usize::from(*message.get(at.checked_sub(1)?)?);
    let before = at.checked_sub(2).and_then(|at| message.get(at)).copied();
    let length = match before {
        Some(low) if low >= 0x80 => usize::from(low & 0x7f) | (last << 7),
        _ => last,
    };
    let text = message.get(at..at.checked_add(length)?)?;
    String::from_utf8(text.to_vec()).ok()
}
