//! What `media` and those who show media agree on: buckets, object names, and an image as it is stored beside what shows it.

use crate::{MediaId, UserId};
use serde::{Deserialize, Serialize};

/// The bucket that bytes arrive in: private, nothing of it is ever served. A signed upload's object is named by its media's id alone.
pub const UPLOADS: &str = "media-uploads";
/// The bucket of what was examined and is ready: everybody may read an object whose name they know, nobody may list it.
pub const PUBLIC: &str = "media";

/// The name in [`UPLOADS`] under which a function itself stores an image that reached it in a request (a form with files): `media` makes the record of
/// it when the object is whole, and examines it like any other. Clients cannot make such a name: a signed address is for the id alone.
///
/// `token` is 32 random or derived hexadecimal digits that nobody can guess; with it [`public_name`] is known before the bytes are.
pub fn received_name(owner: UserId, media_id: MediaId, token: &str, extension: &str) -> String {
    format!("received/{owner}/{media_id}/{token}.{extension}")
}

/// The name in [`PUBLIC`] of the served original: `file` is its extension (`jpg`, `png`, `webp`, `gif`; whatever the name of a file ends in).
pub fn public_name(media_id: MediaId, token: &str, extension: &str) -> String {
    format!("{media_id}/{token}/original.{extension}")
}

/// The name in [`PUBLIC`] of a variant that is `width` pixels wide.
pub fn variant_name(media_id: MediaId, token: &str, width: u32) -> String {
    format!("{media_id}/{token}/{width}.webp")
}

/// An image that is ready, as it is stored by `media` and by whoever shows it: object names, because an address may change with the deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// The media it is.
    pub media_id: MediaId,
    /// The original, upright and without metadata, in [`PUBLIC`].
    pub object: String,
    /// The original's.
    pub content_type: String,
    /// Pixels, upright.
    pub width: u32,
    /// Pixels, upright.
    pub height: u32,
    /// A few dozen characters that stand for it while it loads (<https://blurha.sh>).
    pub blurhash: String,
    /// Smaller ones in WebP, smallest first; never larger than the original.
    #[serde(default)]
    pub variants: Vec<ImageVariant>,
}

/// A smaller form of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageVariant {
    /// In [`PUBLIC`].
    pub object: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Image {
    /// The object to show where `width` pixels are enough: the smallest variant that is as wide, else the original.
    pub fn object_for(&self, width: u32) -> &str {
        let variant = self.variants.iter().find(|variant| variant.width >= width);
        variant.map_or(&self.object, |variant| &variant.object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_that_is_wide_enough_is_shown() {
        let variant = |width: u32| ImageVariant {
            object: width.to_string(),
            width,
            height: 1,
        };
        let image = Image {
            media_id: MediaId::from_bytes([1; 16]),
            object: "original".to_owned(),
            content_type: "image/jpeg".to_owned(),
            width: 1000,
            height: 2,
            blurhash: String::new(),
            variants: vec![variant(320), variant(640)],
        };
        let shown = [1, 320, 321, 640, 641].map(|width| image.object_for(width));
        assert_eq!(shown, ["320", "320", "640", "640", "original"]);
    }
}
