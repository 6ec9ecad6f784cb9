//! Uploads in progress: what is stored of a resumable upload, and who is writing it.

use super::attributes::Attributes;
use super::checksum::Claimed;
use super::failure::{Failure, Kind};
use super::files::Incoming;
use super::object::{Draft, Object};
use super::precondition::Preconditions;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

/// What is known of an upload before its bytes: where it goes and what must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Target {
    pub(super) bucket: String,
    pub(super) name: String,
    pub(super) attributes: Attributes,
    pub(super) claimed: Claimed,
    pub(super) preconditions: Preconditions,
    /// How many bytes it may have: `x-goog-content-length-range`.
    pub(super) length: Option<RangeInclusive<u64>>,
}

impl Target {
    /// Takes over what the resource in the body says; a name in the address wins.
    pub(super) fn apply(&mut self, draft: Draft) {
        if let (true, Some(name)) = (self.name.is_empty(), draft.name) {
            self.name = name;
        }
        self.claimed = draft.claimed.or(std::mem::take(&mut self.claimed));
        let encoding = self.attributes.content_encoding.take();
        self.attributes = draft.attributes;
        self.attributes.content_encoding = self.attributes.content_encoding.take().or(encoding);
    }

    /// Refuses when more than the most bytes have come.
    pub(super) fn check_growing(&self, size: u64) -> Result<(), Failure> {
        match &self.length {
            Some(length) if size > *length.end() => Err(Failure::new(
                Kind::EntityTooLarge,
                "Your proposed upload exceeds the maximum allowed object size.",
            )),
            _ => Ok(()),
        }
    }

    /// Refuses when the whole is too large or too small.
    pub(super) fn check_whole(&self, size: u64) -> Result<(), Failure> {
        self.check_growing(size)?;
        match &self.length {
            Some(length) if size < *length.start() => Err(Failure::new(
                Kind::EntityTooSmall,
                "Your proposed upload is smaller than the minimum allowed object size.",
            )),
            _ => Ok(()),
        }
    }
}

/// A resumable upload, until a week after its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) target: Target,
    pub(super) started: i64,
    /// The size that the start announced (`x-upload-content-length`).
    pub(super) announced: Option<u64>,
    /// The file that grows; its length is what counts as received.
    pub(super) file: Option<String>,
    /// What came of it: a client that missed the answer asks again.
    pub(super) done: Option<Object>,
}

impl Session {
    /// The session once it has become `object`.
    pub(super) fn done(&self, object: &Object) -> Self {
        Self {
            file: None,
            done: Some(object.clone()),
            ..self.clone()
        }
    }
}

/// A session lives as long as in the cloud.
pub(super) const LIFETIME_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// Reads `x-goog-content-length-range: min,max`.
pub(super) fn length_range(header: Option<&str>) -> Result<Option<RangeInclusive<u64>>, Failure> {
    let Some(text) = header else { return Ok(None) };
    let parsed = text
        .split_once(',')
        .and_then(|(min, max)| Some(min.trim().parse().ok()?..=max.trim().parse().ok()?));
    parsed
        .map(Some)
        .ok_or_else(|| Failure::invalid(format!("Invalid x-goog-content-length-range: {text}")))
}

/// The open files of sessions, each behind its own lock: two requests for one session go one after the other.
#[derive(Debug, Default)]
pub(super) struct Uploads(Mutex<HashMap<String, Writer>>);

/// The open file of one session, once there is one.
pub(super) type Writer = Arc<tokio::sync::Mutex<Option<Incoming>>>;

impl Uploads {
    pub(super) fn writer(&self, id: &str) -> Writer {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(id.to_owned()).or_default())
    }

    pub(super) fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_range_is_two_numbers() {
        assert_eq!(length_range(Some("0,10485760")), Ok(Some(0..=10_485_760)));
        assert_eq!(length_range(Some(" 5 , 6")), Ok(Some(5..=6)));
        assert_eq!(length_range(None), Ok(None));
        for wrong in ["", "5", "a,b", "1,", "-1,5"] {
            assert!(length_range(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
