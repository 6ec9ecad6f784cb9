//! A delivery as others see it: given out, asked for.

use crate::pubsub::store::MessageRow;

/// A delivery that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) id: u64,
    pub(crate) attempt: u32,
    pub(crate) message: MessageRow,
}

/// Who asks for deliveries, and on what terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taker {
    /// Leases of an ordering key belong to one owner at a time.
    pub(crate) owner: u64,
    /// When the leases end; never for a push, which always reports.
    pub(crate) until: Option<i64>,
    /// One delivery of an ordering key at a time (push), or as many as there are, in order (pull).
    pub(crate) one_per_key: bool,
    pub(crate) max_messages: usize,
    /// No more once so many bytes of data were given (one message at least).
    pub(crate) max_bytes: u64,
}
