//! What was uploaded: whether it may be attached to something, and how it is shown there.

use crate::Access;
pub use crate::lenses::Media;
use crate::lenses::{MEDIA, SHOWING_POSTS, SHOWING_PROFILES};
use cloud::Result;
use contracts::media::{Image, PUBLIC};
use contracts::resources::{MediaKind, MediaStatus, MediaVariant, MediaView};
use contracts::{Check, MediaId, Subject, Timestamp, UserId};

/// How many things one media may be attached to: what shows it is listed in its document.
const MOST_PLACES: usize = 100;

impl Media {
    /// The image, if `owner` may attach it to something of theirs now; else a code and words that say why not. What is not theirs looks like what is
    /// not there. Media that nothing showed for nearly a day are about to be swept, and are refused before: whatever is accepted here is still there
    /// when its event arrives.
    fn attachable(&self, owner: UserId, now: Timestamp) -> std::result::Result<&Image, Unattachable> {
        if self.owner_id != owner {
            return Err(UNKNOWN);
        }
        match (self.kind, self.status, &self.image) {
            (MediaKind::File, ..) => Err(("not_an_image", "this is a file, not an image")),
            (_, Some(MediaStatus::Ready), Some(image)) => {
                if self.attachable_until.is_some_and(|until| until <= now) {
                    Err((
                        "expired",
                        "nothing has shown it for too long: please upload it again",
                    ))
                } else if self.attached_to.len() >= MOST_PLACES {
                    Err(("attached_too_often", "it is shown in too many places"))
                } else {
                    Ok(image)
                }
            }
            (_, Some(MediaStatus::Pending), _) => {
                Err(("not_ready", "its bytes have not arrived, or are still looked at"))
            }
            (_, Some(MediaStatus::Rejected), _) => Err(("rejected", "it was rejected: see its failure")),
            _ => Err(UNKNOWN),
        }
    }
}

/// Code and words.
type Unattachable = (&'static str, &'static str);

const UNKNOWN: Unattachable = ("unknown_media", "there is no such media of yours");

impl Access {
    /// The media `ids`, in their order; nothing in the place of what is not there. One read for each different id.
    pub async fn media(&self, ids: &[MediaId]) -> Result<Vec<Option<Media>>> {
        let found = self.cloud.documents().get_all(MEDIA, ids).await?;
        Ok(found
            .into_iter()
            .map(|media| media.map(cloud::Stored::into_inner))
            .collect())
    }

    /// The images that `owner` wants to attach to something of theirs, each with the pointer to where the request names it. Store them beside what
    /// shows them, and name their ids in the event: `media` then keeps them as long as they are shown. One read for each different id.
    ///
    /// # Errors
    /// 422 with everything that cannot be attached: `unknown_media`, `not_an_image`, `not_ready`, `rejected`, `expired`, `attached_too_often`.
    pub async fn images(&self, owner: UserId, wanted: &[(String, MediaId)]) -> Result<Vec<Image>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<MediaId> = wanted.iter().map(|(_, id)| *id).collect();
        let now = self.cloud.clock().now();
        let (mut check, mut images) = (Check::new(), Vec::new());
        for ((pointer, _), media) in wanted.iter().zip(self.media(&ids).await?) {
            let attachable = media
                .as_ref()
                .ok_or(UNKNOWN)
                .and_then(|media| media.attachable(owner, now));
            match attachable {
                Ok(image) => images.push(image.clone()),
                Err((code, message)) => check.refuse(pointer, code, message),
            }
        }
        check.done()?;
        Ok(images)
    }

    /// The media that `subject` shows now: a post or a profile; none when it is not there. One read.
    pub async fn shown_by(&self, subject: Subject) -> Result<Vec<MediaId>> {
        let documents = self.cloud.documents();
        let showing = match subject {
            Subject::Post(id) => documents.get(SHOWING_POSTS, id).await?,
            Subject::User(id) => documents.get(SHOWING_PROFILES, id).await?,
            Subject::Comment(_) | Subject::Video(_) => None,
        };
        let Some(showing) = showing.map(cloud::Stored::into_inner) else {
            return Ok(Vec::new());
        };
        let shown = showing
            .media
            .into_iter()
            .chain(showing.avatar)
            .chain(showing.banner);
        Ok(shown.map(|shown| shown.media_id).collect())
    }

    /// An image as clients see it. Costs nothing.
    pub fn media_view(&self, image: &Image, alt: Option<String>) -> MediaView {
        let variants = image.variants.iter().map(|variant| MediaVariant {
            url: self.media_url(&variant.object),
            width: variant.width,
            height: variant.height,
        });
        MediaView {
            media_id: image.media_id,
            r#type: MediaKind::Image,
            url: self.media_url(&image.object),
            content_type: image.content_type.clone(),
            width: image.width,
            height: image.height,
            blurhash: image.blurhash.clone(),
            variants: variants.collect(),
            alt,
        }
    }

    /// The address of an object of ready media, such as [`Image::object_for`] names for an avatar. Costs nothing.
    pub fn media_url(&self, object: &str) -> String {
        self.cloud
            .objects()
            .public_url(&self.cloud.bucket(PUBLIC), object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Image {
        Image {
            media_id: MediaId::from_bytes([1; 16]),
            object: "o".to_owned(),
            content_type: "image/png".to_owned(),
            width: 1,
            height: 1,
            blurhash: String::new(),
            variants: Vec::new(),
        }
    }

    fn ready() -> Media {
        Media {
            media_id: MediaId::from_bytes([1; 16]),
            owner_id: UserId::from_bytes([2; 16]),
            kind: MediaKind::Image,
            status: Some(MediaStatus::Ready),
            image: Some(image()),
            attached_to: Vec::new(),
            attachable_until: Some(Timestamp::from_millis(10)),
        }
    }

    #[test]
    fn only_ones_own_ready_images_in_time_are_attached() {
        let owner = UserId::from_bytes([2; 16]);
        let code = |media: &Media, who, at| match media.attachable(who, Timestamp::from_millis(at)) {
            Ok(_) => "attached",
            Err((code, _)) => code,
        };
        assert_eq!(code(&ready(), owner, 9), "attached");
        assert_eq!(code(&ready(), owner, 10), "expired");
        assert_eq!(code(&ready(), UserId::from_bytes([3; 16]), 9), "unknown_media");
        let shown = Media {
            attachable_until: None,
            ..ready()
        };
        assert_eq!(
            code(&shown, owner, 99),
            "attached",
            "what is shown does not grow old"
        );
        let often = Media {
            attached_to: vec!["post:x".to_owned(); MOST_PLACES],
            ..shown
        };
        assert_eq!(code(&often, owner, 9), "attached_too_often");
        for (status, expected) in [
            (Some(MediaStatus::Pending), "not_ready"),
            (Some(MediaStatus::Rejected), "rejected"),
            (None, "unknown_media"),
        ] {
            let media = Media {
                status,
                image: None,
                ..ready()
            };
            assert_eq!(code(&media, owner, 9), expected);
        }
        let file = Media {
            kind: MediaKind::File,
            image: None,
            ..ready()
        };
        assert_eq!(code(&file, owner, 9), "not_an_image");
    }
}
