//! Media as they are stored.

use super::{Times, Upload};
use crate::places::Received;
use cloud::Document;
use contracts::media::{Image, public_name, variant_name};
use contracts::resources::{MediaFailure, MediaKind};
use contracts::{MediaId, Subject, Timestamp, UserId, Version};
use serde::{Deserialize, Serialize};

/// A time alone would be an index that rises at one place; a random shard stands before it.
pub(crate) const SHARDS: u8 = 4;

/// How wide variants may be: which objects may be there.
const WIDTHS: [u32; 3] = [320, 640, 1280];

/// How far it has come, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Pending,
    Ready,
    Rejected,
    /// By its owner or by the sweep. The record stays for a while, to answer a repetition and to look after the objects once more.
    Deleted,
}

/// Something uploaded, in `media`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredMedia {
    pub(crate) media_id: MediaId,
    pub(crate) owner_id: UserId,
    pub(crate) kind: MediaKind,
    pub(crate) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<MediaFailure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file_name: Option<String>,
    /// What the uploader said, and what it is once it is ready.
    pub(crate) content_type: String,
    /// What the uploader said; when ready, of the object that is served.
    pub(crate) size_bytes: u64,
    /// Its object's name in the bucket of uploads; empty while a form's file is only heard of by what shows it.
    pub(crate) upload: String,
    /// What nobody can guess of its public addresses; empty likewise.
    pub(crate) token: String,
    /// What its public name ends in.
    pub(crate) extension: String,
    /// How to show it: a ready image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<Image>,
    /// What shows it.
    pub(crate) attached_to: Vec<Subject>,
    /// Until when it may be attached to something; none while something shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attachable_until: Option<Timestamp>,
    /// Which part of the sweep looks at it.
    pub(crate) shard: u8,
    /// When the sweep looks at it; none while it is ready and shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) version: Version,
}

impl Document for StoredMedia {
    fn id(&self) -> String {
        self.media_id.to_string()
    }
}

/// What a new record is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun<'a> {
    pub(crate) media_id: MediaId,
    pub(crate) owner_id: UserId,
    pub(crate) upload: &'a Upload,
    pub(crate) token: &'a str,
}

impl StoredMedia {
    /// One that waits for its bytes.
    pub(crate) fn begun(begun: Begun<'_>, now: Timestamp, times: &Times) -> Self {
        let Begun { media_id, upload, .. } = begun;
        Self {
            media_id,
            owner_id: begun.owner_id,
            kind: upload.kind,
            status: Status::Pending,
            failure: None,
            file_name: upload.file_name.clone(),
            content_type: upload.content_type.clone(),
            size_bytes: upload.size_bytes,
            upload: media_id.to_string(),
            token: begun.token.to_owned(),
            extension: super::extension(&upload.content_type).to_owned(),
            image: None,
            attached_to: Vec::new(),
            attachable_until: None,
            shard: media_id.as_bytes().iter().copied().fold(0, u8::wrapping_add) % SHARDS,
            due_at: Some(now + times.overdue),
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// One that a post already shows, and whose bytes were received with that: the notice of them comes later.
    pub(crate) fn awaited(media_id: MediaId, owner_id: UserId, now: Timestamp, times: &Times) -> Self {
        let upload = Upload {
            kind: MediaKind::Image,
            content_type: String::new(),
            size_bytes: 0,
            file_name: None,
        };
        let begun = Begun {
            media_id,
            owner_id,
            upload: &upload,
            token: "",
        };
        Self {
            upload: String::new(),
            ..Self::begun(begun, now, times)
        }
    }

    /// Bytes of a form came. None when the record is of other bytes.
    pub(crate) fn received(
        &self,
        received: &Received,
        name: &str,
        content_type: &str,
        size: u64,
    ) -> Option<Self> {
        if self.upload == name {
            return Some(self.clone());
        }
        let waits = self.upload.is_empty() && self.owner_id == received.owner;
        waits.then(|| Self {
            upload: name.to_owned(),
            token: received.token.clone(),
            extension: received.extension.clone(),
            content_type: content_type.to_owned(),
            size_bytes: size,
            ..self.clone()
        })
    }

    /// Whether it was begun for this upload.
    pub(crate) fn is_for(&self, upload: &Upload) -> bool {
        self.kind == upload.kind
            && self.content_type == upload.content_type
            && self.size_bytes == upload.size_bytes
            && self.file_name == upload.file_name
    }

    /// The public name of the original.
    pub(crate) fn object(&self) -> String {
        public_name(self.media_id, &self.token, &self.extension)
    }

    /// The public name of a variant.
    pub(crate) fn variant(&self, width: u32) -> String {
        variant_name(self.media_id, &self.token, width)
    }

    /// Every public name that may be there.
    pub(crate) fn objects(&self) -> Vec<String> {
        if self.token.is_empty() {
            return Vec::new();
        }
        let variants = WIDTHS.iter().map(|width| self.variant(*width));
        variants.chain([self.object()]).collect()
    }
}
