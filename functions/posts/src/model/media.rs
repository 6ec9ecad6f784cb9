//! Pictures of a post, as they are stored.

use access::Access;
use contracts::MediaId;
use contracts::media::Image;
use contracts::resources::PostMedia;
use serde::{Deserialize, Serialize};

/// A picture of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredMedia {
    pub(crate) media_id: MediaId,
    /// How to show it; none while what came with the post is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<Image>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) alt: Option<String>,
}

impl StoredMedia {
    /// As clients see it.
    pub(crate) fn view(&self, access: &Access) -> PostMedia {
        let alt = self.alt.clone();
        match &self.image {
            Some(image) => access.media_view(image, alt).into(),
            None => PostMedia::pending(self.media_id, alt),
        }
    }
}
