//! Colours as they were meant: what a profile says of them is applied, because the profile itself does not stay (ICC.1:2022).

use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Pixels that are converted at a time.
const CHUNK: usize = 1 << 16;

/// Brings coloured pixels to sRGB. A profile that cannot be read, or is for another kind of colours (such as printing inks, which the decoder has
/// converted), changes nothing.
pub(crate) fn to_srgb(pixels: &mut DynamicImage, profile: &[u8]) {
    let (layout, channels) = match pixels {
        DynamicImage::ImageRgb8(_) => (Layout::Rgb, 3),
        DynamicImage::ImageRgba8(_) => (Layout::Rgba, 4),
        _ => return,
    };
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default())
    else {
        return;
    };
    let samples: &mut [u8] = match pixels {
        DynamicImage::ImageRgb8(image) => image,
        DynamicImage::ImageRgba8(image) => image,
        _ => return,
    };
    for chunk in samples.chunks_mut(CHUNK * channels) {
        let meant = chunk.to_vec();
        if transform.transform(&meant, chunk).is_err() {
            chunk.copy_from_slice(&meant);
        }
    }
}
