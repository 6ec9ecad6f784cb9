//! Just enough of RFC 6455 to count what a server sends, so that the driver costs little beside it.

/// A frame of a client that carries up to 125 bytes of text, masked with a key of zeros.
pub(super) fn text(payload: &str) -> Option<Vec<u8>> {
    const FINAL_TEXT: u8 = 0x81;
    const MASKED: u8 = 0x80;
    let length = u8::try_from(payload.len()).ok().filter(|length| *length < 126)?;
    let mut frame = vec![FINAL_TEXT, MASKED | length, 0, 0, 0, 0];
    frame.extend(payload.as_bytes());
    Some(frame)
}

/// Takes payloads out of a server's stream of frames.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// What has come of the next frame's header.
    header: Vec<u8>,
    /// Bytes that are still to come of the present frame's payload.
    left: usize,
}

impl Frames {
    /// Reads on; `payload` hears the parts of payloads as they come.
    pub(super) fn read(&mut self, mut bytes: &[u8], mut payload: impl FnMut(&[u8])) {
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let (part, after) = bytes.split_at(self.left.min(bytes.len()));
                payload(part);
                self.left -= part.len();
                bytes = after;
            } else {
                self.header.push(*first);
                if let Some(length) = length(&self.header) {
                    self.header.clear();
                    self.left = length;
                }
                bytes = rest;
            }
        }
    }
}

/// The length of the payload, once its header is whole.
fn length(header: &[u8]) -> Option<usize> {
    match *header {
        [_, short] if short < 126 => Some(short.into()),
        [_, 126, high, low] => Some(u16::from_be_bytes([high, low]).into()),
        [_, 127, ref long @ ..] => {
            let long: [u8; 8] = long.try_into().ok()?;
            usize::try_from(u64::from_be_bytes(long)).ok()
        }
        _ => None,
    }
}
