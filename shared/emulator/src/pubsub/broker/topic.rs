//! A topic, and the log of what was published to it.

use crate::pubsub::{backoff, names};
use gcloud_sdk::google::pubsub::v1::Topic;
use std::collections::VecDeque;
use tonic::Status;

/// How many messages, and bytes of data, a topic's log keeps for tests to look at.
const LOG_MESSAGES: usize = 1000;
const LOG_BYTES: u64 = 16 * 1024 * 1024;

/// A topic, and which messages were published to it last.
#[derive(Debug)]
pub(crate) struct TopicState {
    pub(crate) config: Topic,
    /// Message ids and bytes of data, oldest first.
    log: VecDeque<(i64, u32)>,
    log_bytes: u64,
    /// No message is past the topic's retention before this time.
    pub(super) sweep_at: Option<i64>,
}

impl TopicState {
    pub(crate) fn new(config: Topic) -> Self {
        Self {
            config,
            log: VecDeque::new(),
            log_bytes: 0,
            sweep_at: None,
        }
    }

    /// The messages of the log, oldest first.
    pub(crate) fn logged(&self) -> impl Iterator<Item = i64> {
        self.log.iter().map(|(id, _)| *id)
    }

    /// How long messages are kept whether acknowledged or not, in microseconds; 0 is not at all.
    pub(super) fn retention(&self) -> i64 {
        backoff::micros(self.config.message_retention_duration)
    }

    /// Keeps a message in the log; answers those that leave it.
    pub(super) fn log(&mut self, message: i64, bytes: u32) -> Vec<i64> {
        self.log_bytes += u64::from(bytes);
        self.log.push_back((message, bytes));
        let mut left = Vec::new();
        while self.log.len() > LOG_MESSAGES || (self.log.len() > 1 && self.log_bytes > LOG_BYTES) {
            let Some((oldest, bytes)) = self.log.pop_front() else {
                break;
            };
            self.log_bytes -= u64::from(bytes);
            left.push(oldest);
        }
        left
    }
}

/// Google's answer for a topic that is not there.
pub(crate) fn topic_not_found(name: &str) -> Status {
    super::missing(name, names::check_topic)
}
