//! Pictures to examine, made byte by byte where encoders would not make them.

use image::codecs::png::PngEncoder;
use image::{ImageEncoder, ImageFormat, Rgb, RgbImage};
use imaging::Format;
use std::io::Cursor;

/// What must not come out again.
pub(crate) const SECRET: &[u8] = b"48.8584N,2.2945E";

/// Four quarters in four colours, a little uneven.
pub(crate) fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let shade = u8::try_from((x * 7 + y * 3) % 16).unwrap();
        match (x * 2 < width, y * 2 < height) {
            (true, true) => Rgb([220 + shade, 20, 20]),
            (false, true) => Rgb([20, 220 + shade, 20]),
            (true, false) => Rgb([20, 20, 220 + shade]),
            (false, false) => Rgb([220, 220, 20 + shade]),
        }
    })
}

/// `upright` as a camera held so would store it: which side of the scene the first row and the first column are (Exif 2.32, 4.6.4, tag 0112).
pub(crate) fn stored(upright: &RgbImage, orientation: u16) -> RgbImage {
    let (width, height) = upright.dimensions();
    let (columns, rows) = if orientation < 5 {
        (width, height)
    } else {
        (height, width)
    };
    RgbImage::from_fn(columns, rows, |column, row| {
        let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
        let (x, y) = match orientation {
            1 => (column, row),
            2 => (right - column, row),
            3 => (right - column, bottom - row),
            4 => (column, bottom - row),
            5 => (row, column),
            6 => (right - row, column),
            7 => (right - row, bottom - column),
            _ => (row, bottom - column),
        };
        *upright.get_pixel(x, y)
    })
}

/// A TIFF block with an orientation and a position.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    // orientation: SHORT, one
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0]);
    tiff.extend(orientation.to_le_bytes());
    tiff.extend([0, 0]);
    // description: ASCII, behind the directory
    let length = u32::try_from(SECRET.len() + 1).unwrap();
    tiff.extend([0x0e, 0x01, 2, 0]);
    tiff.extend(length.to_le_bytes());
    tiff.extend(38_u32.to_le_bytes());
    tiff.extend([0; 4]);
    tiff.extend(SECRET);
    tiff.push(0);
    tiff
}

fn encode(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

pub(crate) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    encode(picture, ImageFormat::Jpeg)
}

/// With an application's segment and a comment behind the first two bytes.
pub(crate) fn jpeg_with(picture: &RgbImage, segment: &[u8]) -> Vec<u8> {
    let plain = jpeg(picture);
    let mut bytes = plain[..2].to_vec();
    for (marker, payload) in [(0xe1, segment), (0xfe, SECRET)] {
        bytes.extend([0xff, marker]);
        bytes.extend(u16::try_from(payload.len() + 2).unwrap().to_be_bytes());
        bytes.extend(payload);
    }
    bytes.extend(&plain[2..]);
    bytes
}

pub(crate) fn png(picture: &RgbImage) -> Vec<u8> {
    encode(picture, ImageFormat::Png)
}

/// With a chunk behind the header.
pub(crate) fn png_with(picture: &RgbImage, kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let plain = png(picture);
    let mut bytes = plain[..33].to_vec();
    bytes.extend(chunk(kind, payload));
    bytes.extend(&plain[33..]);
    bytes
}

/// In the colours of a profile.
pub(crate) fn png_in(picture: &RgbImage, profile: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile).unwrap();
    let (width, height) = picture.dimensions();
    encoder
        .write_image(picture, width, height, image::ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn chunk(kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(payload.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend(payload);
    bytes.extend(crc(&bytes[4..]).to_be_bytes());
    bytes
}

/// PNG (third edition), annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                0xedb8_8320 ^ (crc >> 1)
            } else {
                crc >> 1
            }
        })
    })
}

pub(crate) fn webp(picture: &RgbImage) -> Vec<u8> {
    encode(picture, ImageFormat::WebP)
}

/// In the extended form, with EXIF behind the image.
pub(crate) fn webp_with(picture: &RgbImage, exif: &[u8]) -> Vec<u8> {
    let plain = webp(picture);
    let (width, height) = picture.dimensions();
    let mut header = vec![0x08, 0, 0, 0];
    header.extend(&(width - 1).to_le_bytes()[..3]);
    header.extend(&(height - 1).to_le_bytes()[..3]);
    let riff_chunk = |kind: &[u8; 4], payload: &[u8]| {
        let mut bytes = kind.to_vec();
        bytes.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    };
    let body = [
        b"WEBP".to_vec(),
        riff_chunk(b"VP8X", &header),
        plain[12..].to_vec(),
        riff_chunk(b"EXIF", exif),
    ]
    .concat();
    riff_chunk(b"RIFF", &body)
}

/// A GIF of these frames that goes round for ever, with a comment.
pub(crate) fn gif(frames: &[RgbImage], comment: &[u8]) -> Vec<u8> {
    let (width, height) = frames[0].dimensions();
    let (width, height) = (u16::try_from(width).unwrap(), u16::try_from(height).unwrap());
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &[]).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    encoder
        .write_raw_extension(gif::AnyExtension(0xfe), &[comment])
        .unwrap();
    for (at, frame) in frames.iter().enumerate() {
        let mut frame = gif::Frame::from_rgb(width, height, frame);
        frame.delay = u16::try_from(at * 5 + 5).unwrap();
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

/// Small files that claim to be large images.
pub(crate) fn huge() -> Vec<(Vec<u8>, Format)> {
    let small = quarters(16, 16);
    let mut header = Vec::new();
    header.extend(60_000_u32.to_be_bytes());
    header.extend(60_000_u32.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let png = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &header),
        png(&small)[33..].to_vec(),
    ]
    .concat();
    let mut jpeg = jpeg(&small);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let mut gif = gif(std::slice::from_ref(&small), b"");
    gif[6..10].copy_from_slice(&[0xff; 4]);
    let mut webp = webp(&small);
    let lossless = webp.windows(4).position(|chunk| chunk == b"VP8L").unwrap();
    // 14 bits each for width and height, less one
    webp[lossless + 9..lossless + 12].copy_from_slice(&[0xfe, 0xbf, 0xff]);
    webp[lossless + 12] |= 0x0f;
    vec![
        (png, Format::Png),
        (jpeg, Format::Jpeg),
        (gif, Format::Gif),
        (webp, Format::WebP),
    ]
}
