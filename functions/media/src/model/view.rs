//! Media as their owner sees them.

use super::{Status, StoredMedia};
use contracts::resources::{Media, MediaStatus, MediaVariant};

impl StoredMedia {
    /// The resource, unless it is deleted. `url` is the address of a public object.
    pub(crate) fn view(&self, url: impl Fn(&str) -> String) -> Option<Media> {
        let status = match self.status {
            Status::Pending => MediaStatus::Pending,
            Status::Ready => MediaStatus::Ready,
            Status::Rejected => MediaStatus::Rejected,
            Status::Deleted => return None,
        };
        let image = self.image.as_ref();
        let variants = image.map(|image| image.variants.iter()).into_iter().flatten();
        Some(Media {
            media_id: self.media_id,
            kind: self.kind,
            status,
            failure: self.failure.clone(),
            file_name: self.file_name.clone(),
            content_type: self.content_type.clone(),
            size_bytes: self.size_bytes,
            public_url: (!self.token.is_empty()).then(|| url(&self.object())),
            width: image.map(|image| image.width),
            height: image.map(|image| image.height),
            blurhash: image.map(|image| image.blurhash.clone()),
            variants: variants
                .map(|variant| MediaVariant {
                    url: url(&variant.object),
                    width: variant.width,
                    height: variant.height,
                })
                .collect(),
            attached: !self.attached_to.is_empty(),
            created_at: self.created_at,
        })
    }
}
