//! Pixels out of bytes, within limits.

use crate::{Flaw, Format, Limits, colour, jpeg, png};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader};
use std::io::Cursor;

/// The first or only frame, upright, in sRGB, with 8 bits a channel: grey, red-green-blue, or these with a transparency that is used.
pub(crate) fn decode(bytes: &[u8], format: Format, limits: &Limits) -> Result<DynamicImage, Flaw> {
    let sound = match format {
        Format::Jpeg => jpeg::is_whole(bytes),
        Format::Png => png::has_whole_palette(bytes),
        Format::WebP | Format::Gif => true,
    };
    if !sound {
        return Err(Flaw::Corrupt);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.decoded_as());
    let mut bounds = image::Limits::no_limits();
    // what is beside the pixels, such as profiles and texts, is compressed too
    bounds.max_alloc = Some(limits.memory.saturating_mul(2));
    reader.limits(bounds);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Flaw::Corrupt);
    }
    if !limits.allow(width, height, decoder.total_bytes()) {
        return Err(Flaw::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let mut pixels = plain(DynamicImage::from_decoder(decoder)?);
    if let Some(profile) = profile {
        colour::to_srgb(&mut pixels, &profile);
    }
    pixels.apply_orientation(orientation);
    Ok(pixels)
}

/// 8 bits a channel, and transparency only where something is transparent.
fn plain(pixels: DynamicImage) -> DynamicImage {
    let colour = pixels.color();
    if colour.has_alpha() {
        let rgba = pixels.into_rgba8();
        if rgba.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
            DynamicImage::ImageRgba8(rgba)
        } else {
            DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(rgba).into_rgb8())
        }
    } else if colour.has_color() {
        DynamicImage::ImageRgb8(pixels.into_rgb8())
    } else {
        DynamicImage::ImageLuma8(pixels.into_luma8())
    }
}
