//! The whole examination of an image.

use crate::{Flaw, Format, Limits, animation, blurhash, decode, encode, scale};
use image::DynamicImage;

/// How wide the variants are.
const WIDTHS: [u32; 3] = [320, 640, 1280];
/// How wide the image is that the blurhash is made of.
const BLURRED: u32 = 32;

/// An image made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Pixels, upright.
    pub width: u32,
    /// Pixels, upright.
    pub height: u32,
    /// What stands for it while it loads.
    pub blurhash: String,
    /// The image in its own format, and nothing beside the image.
    pub original: Vec<u8>,
    /// In WebP, smallest first; only those that are smaller than the image.
    pub variants: Vec<Variant>,
}

/// A smaller form of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// WebP.
    pub bytes: Vec<u8>,
}

/// Takes an image of the given format apart and makes it anew. Blocks; see the crate for time and memory.
///
/// # Errors
/// It is no such image, damaged, or larger than the limits allow.
pub fn examine(bytes: &[u8], format: Format, limits: &Limits) -> Result<Examined, Flaw> {
    let pixels = decode::decode(bytes, format, limits)?;
    let original = match format {
        Format::Gif => animation::rewrite(bytes, limits)?,
        _ => encode::original(&pixels, format)?,
    };
    let (width, height) = (pixels.width(), pixels.height());
    // each from the one before: the largest is the only one that is made of all pixels
    let mut smaller = pixels;
    let mut variants = Vec::new();
    for wide in WIDTHS.into_iter().rev().filter(|wide| *wide < width) {
        smaller = scale::scale(&smaller, wide);
        variants.push(variant(&smaller)?);
    }
    variants.reverse();
    if smaller.width() > BLURRED {
        smaller = scale::scale(&smaller, BLURRED);
    }
    Ok(Examined {
        width,
        height,
        blurhash: blurhash(&smaller.to_rgb8()),
        original,
        variants,
    })
}

fn variant(pixels: &DynamicImage) -> Result<Variant, Flaw> {
    Ok(Variant {
        width: pixels.width(),
        height: pixels.height(),
        bytes: encode::variant(pixels)?,
    })
}
