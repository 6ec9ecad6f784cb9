//! Topic `uploads`: what Cloud Storage tells of new objects.

use crate::DomainEvent;
use crate::event::Envelope;
use serde::{Deserialize, Serialize};

/// An object is whole and visible (`OBJECT_FINALIZE`), as the JSON API's object resource has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectFinalized {
    /// Its bucket.
    pub bucket: String,
    /// Its name in the bucket.
    pub name: String,
    /// Its generation; Cloud Storage writes numbers as text.
    pub generation: String,
    /// Its size in bytes, as text.
    #[serde(default)]
    pub size: String,
    /// What the uploader said it is.
    #[serde(default)]
    pub content_type: String,
}

impl DomainEvent for ObjectFinalized {
    const TYPE: &'static str = "OBJECT_FINALIZE";
    const TOPIC: &'static str = "uploads";
    const ENVELOPE: Envelope = Envelope::CloudStorage;
}
