//! Smaller images.

use image::imageops::FilterType;
use image::{DynamicImage, Rgba, RgbaImage};

/// The image `width` pixels wide, in proportion, at least one pixel high. A colour that cannot be seen does not shine through at its edges.
pub(crate) fn scale(pixels: &DynamicImage, width: u32) -> DynamicImage {
    let height = u64::from(pixels.height()) * u64::from(width) / u64::from(pixels.width().max(1));
    let height = u32::try_from(height.max(1)).unwrap_or(u32::MAX);
    let resize = |pixels: &DynamicImage| pixels.resize_exact(width, height, FilterType::Lanczos3);
    let DynamicImage::ImageRgba8(image) = pixels else {
        return resize(pixels);
    };
    let mut image: RgbaImage = image.clone();
    image
        .pixels_mut()
        .for_each(|pixel| *pixel = premultiplied(*pixel));
    let mut small = resize(&DynamicImage::ImageRgba8(image)).into_rgba8();
    small.pixels_mut().for_each(|pixel| *pixel = divided(*pixel));
    DynamicImage::ImageRgba8(small)
}

/// Each colour as much as it is seen.
fn premultiplied(Rgba([red, green, blue, alpha]): Rgba<u8>) -> Rgba<u8> {
    let seen =
        |channel: u8| u8::try_from((u16::from(channel) * u16::from(alpha) + 127) / 255).unwrap_or(u8::MAX);
    Rgba([seen(red), seen(green), seen(blue), alpha])
}

/// The reverse.
fn divided(Rgba([red, green, blue, alpha]): Rgba<u8>) -> Rgba<u8> {
    let whole = |channel: u8| match u16::from(alpha) {
        0 => 0,
        alpha => u8::try_from((u16::from(channel) * 255 + alpha / 2) / alpha).unwrap_or(u8::MAX),
    };
    Rgba([whole(red), whole(green), whole(blue), alpha])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_colours_do_not_show() {
        // white beside a transparent black
        let image = RgbaImage::from_fn(64, 8, |x, _| if x < 32 { Rgba([255; 4]) } else { Rgba([0; 4]) });
        let small = scale(&DynamicImage::ImageRgba8(image), 7).into_rgba8();
        assert_eq!(small.dimensions(), (7, 1));
        for pixel in small.pixels().filter(|pixel| pixel.0[3] > 20) {
            assert!(pixel.0[..3].iter().all(|channel| *channel > 240), "{pixel:?}");
        }
    }

    #[test]
    fn whole_pixels_survive() {
        for value in 0..=u8::MAX {
            let pixel = Rgba([value, 0, 255, 255]);
            assert_eq!(divided(premultiplied(pixel)), pixel);
        }
    }
}
