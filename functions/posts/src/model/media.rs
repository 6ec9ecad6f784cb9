//! Pictures of a post, as they are stored.

use access::Access;
use contracts::MediaId;
use contracts::media::Image;
use contracts::resources::{MediaStatus, PostMedia};
use serde::{Deserialize, Serialize};

/// A picture of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredMedia {
    pub(crate) media_id: MediaId,
    /// How to show it; none while what came with the post is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<Image>,
    /// It came with the post and is none.
    #[serde(default)]
    pub(crate) rejected: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) alt: Option<String>,
}

impl StoredMedia {
    /// One that came with the post and is looked at.
    pub(crate) const fn waiting(media_id: MediaId) -> Self {
        Self {
            media_id,
            image: None,
            rejected: false,
            alt: None,
        }
    }

    /// It is not known yet what it is.
    pub(crate) const fn waits(&self) -> bool {
        self.image.is_none() && !self.rejected
    }

    /// The same, looked at and good.
    pub(crate) fn ready(&self, image: Image) -> Self {
        Self {
            image: Some(image),
            ..self.clone()
        }
    }

    /// The same, looked at and no picture.
    pub(crate) fn turned_down(&self) -> Self {
        Self {
            rejected: true,
            ..self.clone()
        }
    }

    /// As clients see it.
    pub(crate) fn view(&self, access: &Access) -> PostMedia {
        let alt = self.alt.clone();
        match &self.image {
            Some(image) => access.media_view(image, alt).into(),
            None if self.rejected => PostMedia {
                status: MediaStatus::Rejected,
                ..PostMedia::pending(self.media_id, alt)
            },
            None => PostMedia::pending(self.media_id, alt),
        }
    }
}
