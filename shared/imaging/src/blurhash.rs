//! `BlurHash`: a few cosines that stand for an image until it is loaded (<https://github.com/woltapp/blurhash/blob/master/Algorithm.md>).

use image::RgbImage;

/// Components across and down.
const ACROSS: u32 = 4;
const DOWN: u32 = 3;

const DIGITS: &[u8; 83] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/// The hash of an image, 28 characters. The work grows with its pixels, and a small one (32 across) has the same hash within a digit or so.
pub fn blurhash(image: &RgbImage) -> String {
    let linear: Vec<[f32; 3]> = image.pixels().map(|pixel| pixel.0.map(to_linear)).collect();
    let factors = (0..DOWN).flat_map(|y| (0..ACROSS).map(move |x| (x, y)));
    let factors: Vec<[f32; 3]> = factors
        .map(|(x, y)| factor(&linear, image.dimensions(), x, y))
        .collect();
    let (average, details) = factors
        .split_first()
        .map_or(([0.0; 3], &[][..]), |(first, rest)| (*first, rest));
    let strongest = details
        .iter()
        .flatten()
        .fold(0.0_f32, |most, value| most.max(value.abs()));
    let scale = quantised((strongest * 166.0 - 0.5).floor(), 82);
    #[expect(clippy::cast_precision_loss, reason = "at most 83")]
    let most = (scale + 1) as f32 / 166.0;
    let mut hash = digits(ACROSS - 1 + (DOWN - 1) * 9, 1);
    hash += &digits(scale, 1);
    let [red, green, blue] = average.map(to_srgb);
    hash += &digits((red << 16) + (green << 8) + blue, 4);
    for detail in details {
        let [red, green, blue] =
            detail.map(|value| quantised((signed_root(value / most) * 9.0 + 9.5).floor(), 18));
        hash += &digits(red * 19 * 19 + green * 19 + blue, 2);
    }
    hash
}

/// How much of one cosine is in the image.
#[expect(clippy::cast_precision_loss, reason = "sizes of images are far below 2^24")]
fn factor(linear: &[[f32; 3]], (width, height): (u32, u32), x: u32, y: u32) -> [f32; 3] {
    let wave = |at: u32, component: u32, size: u32| {
        (std::f32::consts::PI * component as f32 * at as f32 / size as f32).cos()
    };
    let across: Vec<f32> = (0..width).map(|at| wave(at, x, width)).collect();
    let mut sum = [0.0_f32; 3];
    for (row, at) in linear.chunks(width.max(1) as usize).zip(0..height) {
        let down = wave(at, y, height);
        for (pixel, across) in row.iter().zip(&across) {
            for (sum, channel) in sum.iter_mut().zip(pixel) {
                *sum += across * down * channel;
            }
        }
    }
    let normal = if x == 0 && y == 0 { 1.0 } else { 2.0 };
    sum.map(|sum| sum * normal / (width * height).max(1) as f32)
}

/// The sRGB curve (IEC 61966-2-1).
fn to_linear(channel: u8) -> f32 {
    let value = f32::from(channel) / 255.0;
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn to_srgb(value: f32) -> u32 {
    let value = value.clamp(0.0, 1.0);
    let curved = if value <= 0.003_130_8 {
        value * 12.92
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    };
    quantised((curved * 255.0 + 0.5).floor(), 255)
}

fn signed_root(value: f32) -> f32 {
    value.abs().sqrt().copysign(value)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "clamped to the small range before"
)]
fn quantised(value: f32, most: u32) -> u32 {
    value.clamp(0.0, most as f32) as u32
}

/// `value` in so many digits to the base 83.
fn digits(value: u32, length: u32) -> String {
    let digit = |at: u32| DIGITS[(value / 83_u32.pow(length - 1 - at) % 83) as usize];
    (0..length).map(|at| char::from(digit(at))).collect()
}
