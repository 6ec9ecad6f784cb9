//! Topic `media`: what was uploaded.

use crate::media::Image;
use crate::resources::{MediaFailure, MediaKind};
use crate::{DomainEvent, MediaId, UserId};
use serde::{Deserialize, Serialize};

/// Something uploaded was examined and is ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaUploaded {
    /// The media.
    pub media_id: MediaId,
    /// Whose.
    pub owner_id: UserId,
    /// What it is.
    pub kind: MediaKind,
    /// How to show it, when it is an image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
}

impl DomainEvent for MediaUploaded {
    const TYPE: &'static str = "media.uploaded";
    const TOPIC: &'static str = "media";
}

/// Something uploaded is not what it was said to be, or cannot be read. It is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaRejected {
    /// The media.
    pub media_id: MediaId,
    /// Whose.
    pub owner_id: UserId,
    /// What it was said to be.
    pub kind: MediaKind,
    /// Why.
    pub failure: MediaFailure,
}

impl DomainEvent for MediaRejected {
    const TYPE: &'static str = "media.rejected";
    const TOPIC: &'static str = "media";
}
