//! A topic, and the log of what was published to it.

use crate::pubsub::queue::Stored;
use gcloud_sdk::google::pubsub::v1::Topic;
use std::collections::VecDeque;
use std::sync::Arc;
use tonic::Status;

/// How many messages, and bytes of data, a topic's log keeps for tests to look at.
const LOG_MESSAGES: usize = 1000;
const LOG_BYTES: usize = 16 * 1024 * 1024;

/// A topic and the last messages published to it.
#[derive(Debug)]
pub(crate) struct TopicState {
    pub(crate) config: Topic,
    pub(crate) log: VecDeque<Arc<Stored>>,
    log_bytes: usize,
}

impl TopicState {
    pub(crate) fn new(config: Topic) -> Self {
        Self {
            config,
            log: VecDeque::new(),
            log_bytes: 0,
        }
    }

    /// Keeps a message in the log; answers those that leave it.
    pub(super) fn log(&mut self, message: Arc<Stored>) -> Vec<Arc<Stored>> {
        self.log_bytes += message.message.data.len();
        self.log.push_back(message);
        let mut left = Vec::new();
        while self.log.len() > LOG_MESSAGES || (self.log.len() > 1 && self.log_bytes > LOG_BYTES) {
            let Some(oldest) = self.log.pop_front() else { break };
            self.log_bytes -= oldest.message.data.len();
            left.push(oldest);
        }
        left
    }
}

/// Google's answer for a topic that is not there.
pub(crate) fn topic_not_found(name: &str) -> Status {
    Status::not_found(format!(
        "Resource not found (resource={}).",
        name.rsplit('/').next().unwrap_or(name)
    ))
}
