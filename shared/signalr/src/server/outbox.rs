//! What waits to be written to one client.

use crate::{Limits, connection::Disconnect, protocol::Close};
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;

/// The end that someone ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) close: Close,
    pub(crate) reason: Disconnect,
}

/// A bounded queue. When it is full, what may be dropped goes first; when that is not enough, the connection
/// ends. Takes no memory while empty.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    frames: VecDeque<(Bytes, bool)>,
    bytes: usize,
    end: Option<End>,
}

impl Outbox {
    /// Queues whole records. Says whether the owner has something to do now that it had not before.
    pub(crate) fn push(&mut self, frame: Bytes, droppable: bool, limits: &Limits) -> bool {
        if self.end.is_some() || frame.is_empty() {
            return false;
        }
        let was_empty = self.frames.is_empty();
        if !self.has_room(frame.len(), limits) {
            if droppable {
                return false;
            }
            self.drop_droppable();
            if !self.has_room(frame.len(), limits) {
                self.overflow();
                return true;
            }
        }
        self.bytes += frame.len();
        self.frames.push_back((frame, droppable));
        was_empty
    }

    /// Orders the end; what waits is still written. The first order counts.
    pub(crate) fn order_end(&mut self, end: End) -> bool {
        let first = self.end.is_none();
        if first {
            self.end = Some(end);
        }
        first
    }

    pub(crate) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether so much waits that nothing should be done that makes more.
    pub(crate) fn is_crowded(&self, limits: &Limits) -> bool {
        self.frames.len() * 2 > limits.queue_messages || self.bytes * 2 > limits.queue_bytes
    }

    /// All that waits, as one frame: one write for the transport. A lone record is shared, not copied.
    pub(crate) fn take(&mut self) -> Option<Bytes> {
        let frames = std::mem::take(&mut self.frames);
        let total = std::mem::take(&mut self.bytes);
        if frames.len() < 2 {
            return frames.into_iter().next().map(|(frame, _)| frame);
        }
        let mut joined = BytesMut::with_capacity(total);
        for (frame, _) in frames {
            joined.extend_from_slice(&frame);
        }
        Some(joined.freeze())
    }

    fn has_room(&self, more: usize, limits: &Limits) -> bool {
        self.frames.is_empty()
            || (self.frames.len() < limits.queue_messages && self.bytes + more <= limits.queue_bytes)
    }

    fn drop_droppable(&mut self) {
        self.frames.retain(|(_, droppable)| !droppable);
        self.bytes = self.frames.iter().map(|(frame, _)| frame.len()).sum();
    }

    fn overflow(&mut self) {
        self.frames = VecDeque::new();
        self.bytes = 0;
        let close = Close::error("Connection closed because it reads too slowly.");
        self.end = Some(End {
            close,
            reason: Disconnect::TooSlow,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small() -> Limits {
        Limits {
            queue_messages: 4,
            queue_bytes: 20,
            ..Limits::default()
        }
    }

    fn frame(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn the_owner_is_woken_once_and_takes_all_at_once() {
        let (mut outbox, limits) = (Outbox::default(), small());
        assert!(outbox.push(frame("one"), false, &limits));
        assert!(!outbox.push(frame("two"), true, &limits));
        assert_eq!(outbox.take().unwrap(), "onetwo");
        assert_eq!(outbox.take(), None);
        assert!(outbox.push(frame("three"), false, &limits));
    }

    #[test]
    fn a_lone_frame_is_not_copied() {
        let mut outbox = Outbox::default();
        let shared = Bytes::from(vec![1; 100]);
        outbox.push(shared.clone(), false, &small().clone());
        assert_eq!(outbox.take().unwrap().as_ptr(), shared.as_ptr());
    }

    #[test]
    fn what_may_be_dropped_goes_first_then_the_connection() {
        let (mut outbox, limits) = (Outbox::default(), small());
        for (text, droppable) in [("a", false), ("b", true), ("c", false), ("d", true)] {
            outbox.push(frame(text), droppable, &limits);
        }
        outbox.push(frame("typing"), true, &limits);
        assert!(outbox.end().is_none());
        outbox.push(frame("e"), false, &limits);
        assert_eq!(outbox.take().unwrap(), "ace");

        for text in ["a", "b", "c", "d"] {
            outbox.push(frame(text), false, &limits);
        }
        assert!(outbox.push(frame("e"), false, &limits));
        assert_eq!(outbox.end().unwrap().reason, Disconnect::TooSlow);
        assert!(outbox.end().unwrap().close.allow_reconnect);
        assert!(outbox.is_empty());
    }

    #[test]
    fn a_single_large_frame_passes() {
        let (mut outbox, limits) = (Outbox::default(), small());
        outbox.push(vec![0; 1000].into(), false, &limits);
        assert!(outbox.end().is_none());
        assert!(outbox.is_crowded(&limits));
    }

    #[test]
    fn after_the_end_nothing_is_queued_and_the_first_order_counts() {
        let mut outbox = Outbox::default();
        outbox.push(frame("before"), false, &small());
        let end = |reason| End {
            close: Close::quiet(true),
            reason,
        };
        assert!(outbox.order_end(end(Disconnect::Stopping)));
        assert!(!outbox.order_end(end(Disconnect::Closed)));
        assert!(!outbox.push(frame("after"), false, &small()));
        assert_eq!(outbox.end().unwrap().reason, Disconnect::Stopping);
        assert_eq!(outbox.take().unwrap(), "before");
    }

    proptest! {
        #[test]
        fn it_never_holds_more_than_allowed(
            frames in proptest::collection::vec((1usize..30, any::<bool>()), 0..60),
        ) {
            let (mut outbox, limits) = (Outbox::default(), small());
            for (length, droppable) in frames {
                outbox.push(vec![0; length].into(), droppable, &limits);
                prop_assert!(outbox.frames.len() <= limits.queue_messages);
                prop_assert!(outbox.frames.len() <= 1 || outbox.bytes <= limits.queue_bytes.max(30));
                prop_assert_eq!(outbox.bytes, outbox.frames.iter().map(|(f, _)| f.len()).sum::<usize>());
            }
        }
    }
}
