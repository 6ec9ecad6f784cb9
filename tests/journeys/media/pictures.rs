//! Pictures to upload.

use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// Where a picture was taken, as a camera notes it.
pub(super) const POSITION: &[u8] = b"48.8584N,2.2945E";

/// Red above, blue below.
fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, y| {
        if y * 2 < height {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    })
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&flag(width, height), ImageFormat::Png)
}

pub(super) fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A photograph by a camera that was held on its side: upright it is red above and blue below, `width` by `height`. It knows where it was taken.
pub(super) fn photograph(width: u32, height: u32) -> Vec<u8> {
    // the first row of what is stored is the right side, the first column the top
    let upright = flag(width, height);
    let stored = RgbImage::from_fn(height, width, |x, y| *upright.get_pixel(width - 1 - y, x));
    let plain = encoded(&stored, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(POSITION);
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend(&exif);
    bytes.extend(&plain[2..]);
    bytes
}

/// Colours at the middle of the upper and of the lower half.
pub(super) fn halves(bytes: &[u8]) -> ((u32, u32), [&'static str; 2]) {
    let image = image::load_from_memory(bytes).unwrap().to_rgb8();
    let (width, height) = image.dimensions();
    let colour = |y: u32| match image.get_pixel(width / 2, y).0 {
        [red, _, blue] if red > 180 && blue < 80 => "red",
        [red, _, blue] if blue > 180 && red < 80 => "blue",
        _ => "something else",
    };
    ((width, height), [colour(height / 4), colour(height * 3 / 4)])
}
