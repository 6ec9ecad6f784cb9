//! A delivery as others see it: coming in, given out, given back.

use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use std::sync::Arc;

/// A published message and its number.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: i64,
    /// When it was published, microseconds since 1970.
    pub(crate) published: i64,
    pub(crate) message: PubsubMessage,
}

/// A delivery as it comes into the queue. Ids rise in the order of publishing.
#[derive(Debug, Clone)]
pub(crate) struct NewDelivery {
    pub(crate) id: u64,
    pub(crate) message: Arc<Stored>,
    /// How often it was delivered before.
    pub(crate) attempts: u32,
    /// Not before this time, microseconds since 1970.
    pub(crate) not_before: i64,
    /// Among what is ready, lower goes first: the id, or a number drawn when the order is to be shuffled.
    pub(crate) rank: u64,
}

/// A delivery that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) id: u64,
    pub(crate) attempt: u32,
    pub(crate) message: Arc<Stored>,
}

/// What changed for a delivery that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) id: u64,
    pub(crate) attempts: u32,
    pub(crate) not_before: i64,
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
    pub(crate) max_bytes: usize,
}
