//! Cutting a byte stream into records.

use bytes::{Bytes, BytesMut};

/// The byte that ends a record of the JSON protocol and the handshake.
pub const RECORD_END: u8 = 0x1E;

/// A record is longer than allowed; nothing after it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record is longer than {limit} bytes")]
pub struct TooLong {
    /// The limit in bytes, terminator included.
    pub limit: usize,
}

/// Splits what arrives, in any chunking, into records.
///
/// Frame boundaries of the transport mean nothing: a record may span frames, and a frame may hold thousands of
/// records. The limit is one of a record, never of a frame. Holds no memory while nothing waits.
#[derive(Debug)]
pub struct Records {
    waiting: BytesMut,
    /// Bytes of `waiting` known to hold no terminator.
    scanned: usize,
    limit: usize,
}

impl Records {
    /// Nothing has arrived yet; a record may have `limit` bytes, its terminator included.
    pub fn new(limit: usize) -> Self {
        Self {
            waiting: BytesMut::new(),
            scanned: 0,
            limit,
        }
    }

    /// Bytes from the transport.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next whole record without its terminator; `None` until more arrives.
    pub fn next_record(&mut self) -> Result<Option<Bytes>, TooLong> {
        let too_long = TooLong { limit: self.limit };
        let unseen = self.waiting.get(self.scanned..).unwrap_or_default();
        let Some(end) = unseen.iter().position(|byte| *byte == RECORD_END) else {
            self.scanned = self.waiting.len();
            return if self.scanned >= self.limit {
                Err(too_long)
            } else {
                Ok(None)
            };
        };
        let length = self.scanned + end;
        if length >= self.limit {
            return Err(too_long);
        }
        let mut record = self.waiting.split_to(length + 1);
        record.truncate(length);
        self.scanned = 0;
        if self.waiting.is_empty() {
            self.waiting = BytesMut::new();
        }
        Ok(Some(record.freeze()))
    }

    /// Bytes that wait, whole records and a beginning alike.
    pub fn buffered(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(records: &mut Records) -> (Vec<Vec<u8>>, bool) {
        let mut found = Vec::new();
        loop {
            match records.next_record() {
                Ok(Some(record)) => found.push(record.to_vec()),
                Ok(None) => return (found, false),
                Err(TooLong { .. }) => return (found, true),
            }
        }
    }

    fn split(input: &[u8], cuts: &[usize], limit: usize) -> (Vec<Vec<u8>>, bool) {
        let mut records = Records::new(limit);
        let mut found = Vec::new();
        let mut from = 0;
        for cut in cuts
            .iter()
            .map(|cut| cut % (input.len() + 1))
            .chain([input.len()])
        {
            if cut < from {
                continue;
            }
            records.push(&input[from..cut]);
            from = cut;
            let (more, failed) = all(&mut records);
            found.extend(more);
            if failed {
                return (found, true);
            }
        }
        (found, false)
    }

    #[test]
    fn records_share_a_chunk_and_span_chunks() {
        let mut records = Records::new(100);
        records.push(b"one\x1etwo\x1eth");
        assert_eq!(all(&mut records).0, [b"one".to_vec(), b"two".to_vec()]);
        assert_eq!(records.buffered(), 2);
        records.push(b"ree\x1e");
        assert_eq!(all(&mut records).0, [b"three".to_vec()]);
        assert_eq!(records.buffered(), 0);
    }

    #[test]
    fn the_limit_counts_the_terminator_and_is_one_of_a_record() {
        let cases: [(&[u8], usize, bool); 5] = [
            (b"1234\x1e", 1, false),
            (b"12345\x1e", 0, true),
            (b"1234", 0, false),
            (b"12345", 0, true),
            (b"1234\x1e1234\x1e1234\x1e", 3, false),
        ];
        for (input, count, failed) in cases {
            let (found, error) = split(input, &[], 5);
            assert_eq!((found.len(), error), (count, failed), "{input:?}");
        }
    }

    fn recordish() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(prop_oneof![3 => Just(RECORD_END), 10 => any::<u8>()], 0..300)
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_records(
            input in recordish(),
            mut cuts in proptest::collection::vec(any::<usize>(), 0..20),
            limit in 1usize..60,
        ) {
            let length = input.len() + 1;
            cuts.sort_by_key(|cut| cut % length);
            prop_assert_eq!(split(&input, &cuts, limit), split(&input, &[], limit));
        }

        #[test]
        fn records_joined_again_are_the_input(input in recordish()) {
            let mut records = Records::new(input.len() + 1);
            records.push(&input);
            let (found, failed) = all(&mut records);
            prop_assert!(!failed);
            let mut joined: Vec<u8> = Vec::new();
            for record in found {
                joined.extend(record);
                joined.push(RECORD_END);
            }
            prop_assert_eq!(joined.len() + records.buffered(), input.len());
            prop_assert!(input.starts_with(&joined));
        }
    }
}
