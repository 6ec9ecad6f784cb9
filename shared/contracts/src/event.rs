//! Domain events: what happened, for everyone who wants to know.

use crate::{EventId, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How the messages of an event are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// `CloudEvents` 1.0 in Pub/Sub's binary content mode: attributes `ce-id`, `ce-type`, `ce-source`, `ce-time`, ..., data as JSON.
    CloudEvents,
    /// What Cloud Storage publishes: attributes `eventType`, `bucketId`, `objectId`, `objectGeneration`, ...
    CloudStorage,
}

/// A kind of event: its type names it, its topic carries it.
pub trait DomainEvent: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The type, `noun.verbed`.
    const TYPE: &'static str;
    /// The Pub/Sub topic (one a domain).
    const TOPIC: &'static str;
    /// How its messages are wrapped.
    const ENVELOPE: Envelope = Envelope::CloudEvents;

    /// What it is about, within its type: who wants only some events of a type picks them by this (`subject` in `CloudEvents`).
    fn subject(&self) -> Option<String> {
        None
    }

    /// Events of one key are delivered in order; none when order does not matter.
    fn ordering_key(&self) -> Option<String> {
        None
    }
}

/// One event as a consumer gets it, at least once and in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event<E> {
    /// The same in every repetition.
    pub id: EventId,
    /// When it happened.
    pub time: Timestamp,
    /// What happened.
    pub data: E,
}
