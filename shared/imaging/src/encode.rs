//! Bytes out of pixels: nothing else goes into them.

use crate::{Flaw, Format};
use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use webp::Encoder;

/// Of the original, 0 to 100: hardly to be told from what was sent.
const ORIGINAL: u8 = 88;
/// Of the variants.
const VARIANT: u8 = 80;

/// The original in its own format; a GIF is made anew from its frames instead (`crate::animation`).
pub(crate) fn original(pixels: &DynamicImage, format: Format) -> Result<Vec<u8>, Flaw> {
    let mut bytes = Vec::new();
    match format {
        Format::Jpeg => pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, ORIGINAL))?,
        Format::Png | Format::Gif => {
            let png =
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
            pixels.write_with_encoder(png)?;
        }
        Format::WebP => return webp(pixels, ORIGINAL),
    }
    Ok(bytes)
}

/// A variant in WebP.
pub(crate) fn variant(pixels: &DynamicImage) -> Result<Vec<u8>, Flaw> {
    webp(pixels, VARIANT)
}

fn webp(pixels: &DynamicImage, quality: u8) -> Result<Vec<u8>, Flaw> {
    let (width, height) = (pixels.width(), pixels.height());
    let encode = |encoder: Encoder<'_>| {
        let bytes = encoder.encode_simple(false, f32::from(quality));
        bytes.map(|bytes| bytes.to_vec()).map_err(|_| Flaw::Corrupt)
    };
    match pixels {
        DynamicImage::ImageRgba8(image) => encode(Encoder::from_rgba(image, width, height)),
        DynamicImage::ImageRgb8(image) => encode(Encoder::from_rgb(image, width, height)),
        other => encode(Encoder::from_rgb(&other.to_rgb8(), width, height)),
    }
}
