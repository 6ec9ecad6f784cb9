//! What comes in, and what comes out of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends with a message")]

mod pictures;

use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageReader};
use imaging::{Examined, Flaw, Format, Limits, examine, sniff};
use pictures::{SECRET, exif, gif, jpeg, jpeg_with, png, png_with, quarters, stored, webp, webp_with};
use proptest::prelude::*;
use std::io::Cursor;

fn examined(bytes: &[u8], format: Format) -> Examined {
    assert_eq!(sniff(bytes).unwrap().media_type, format.media_type());
    examine(bytes, format, &Limits::default()).unwrap()
}

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

fn everything(image: &Examined) -> Vec<&[u8]> {
    let variants = image.variants.iter().map(|variant| variant.bytes.as_slice());
    variants.chain([image.original.as_slice()]).collect()
}

#[test]
fn all_eight_orientations_stand_upright() {
    let upright = quarters(64, 32);
    for orientation in 1..=8 {
        let turned = stored(&upright, orientation);
        let png = png_with(&turned, *b"eXIf", &exif(orientation));
        let jpeg = jpeg_with(&turned, &[&b"Exif\0\0"[..], &exif(orientation)].concat());
        let webp = webp_with(&turned, &exif(orientation));
        for (bytes, format) in [(png, Format::Png), (jpeg, Format::Jpeg), (webp, Format::WebP)] {
            let out = examined(&bytes, format);
            assert_eq!((out.width, out.height), (64, 32), "{format:?} {orientation}");
            let shown = decoded(&out.original).to_rgb8();
            for (x, y) in [(8, 8), (56, 8), (8, 24), (56, 24)] {
                let close = shown.get_pixel(x, y).0.iter().zip(upright.get_pixel(x, y).0);
                let close = close.map(|(is, was)| is.abs_diff(was)).max().unwrap();
                assert!(close < 40, "{format:?} {orientation} at {x} {y}: {close}");
            }
            let mut decoder = ImageReader::new(Cursor::new(&out.original))
                .with_guessed_format()
                .unwrap()
                .into_decoder()
                .unwrap();
            assert_eq!(
                decoder.orientation().unwrap(),
                Orientation::NoTransforms,
                "and nothing turns it again"
            );
        }
    }
}

#[test]
fn nothing_but_the_pixels_passes() {
    let picture = quarters(700, 400);
    let position = [&b"Exif\0\0"[..], &exif(1)].concat();
    let text = [b"Comment\0", SECRET].concat();
    let behind = |mut bytes: Vec<u8>| {
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(SECRET);
        bytes
    };
    let table = [
        (behind(jpeg_with(&picture, &position)), Format::Jpeg),
        (behind(png_with(&picture, *b"tEXt", &text)), Format::Png),
        (behind(png_with(&picture, *b"eXIf", &exif(1))), Format::Png),
        (webp_with(&picture, &exif(1)), Format::WebP),
        (behind(gif(std::slice::from_ref(&picture), SECRET)), Format::Gif),
    ];
    for (bytes, format) in table {
        let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
        assert!(has(&bytes, SECRET), "the table is of secrets: {format:?}");
        let out = examined(&bytes, format);
        assert_eq!(out.variants.len(), 2);
        for made in everything(&out) {
            for what in [SECRET, b"Exif", b"EXIF", b"eXIf", b"PK\x03\x04"] {
                assert!(
                    !has(made, what),
                    "{format:?} still has {:?}",
                    String::from_utf8_lossy(what)
                );
            }
        }
    }
}

#[test]
fn variants_are_smaller_and_in_proportion() {
    for (size, expected) in [
        ((2000, 1000), vec![(320, 160), (640, 320), (1280, 640)]),
        ((1280, 960), vec![(320, 240), (640, 480)]),
        ((320, 3000), vec![]),
        ((321, 3), vec![(320, 2)]),
        ((1, 1), vec![]),
        ((3000, 1), vec![(320, 1), (640, 1), (1280, 1)]),
    ] {
        let out = examined(&png(&quarters(size.0, size.1)), Format::Png);
        let sizes: Vec<_> = out.variants.iter().map(|v| (v.width, v.height)).collect();
        assert_eq!(sizes, expected, "{size:?}");
        for variant in &out.variants {
            assert_eq!(sniff(&variant.bytes).unwrap().media_type, "image/webp");
            assert_eq!(
                decoded(&variant.bytes).dimensions(),
                (variant.width, variant.height)
            );
        }
        assert_eq!(out.blurhash.len(), 28);
    }
}

#[test]
fn what_is_cut_off_is_corrupt() {
    let picture = quarters(300, 200);
    let whole = [
        (jpeg(&picture), Format::Jpeg),
        (png(&picture), Format::Png),
        (webp(&picture), Format::WebP),
        (gif(&[picture.clone(), picture], b""), Format::Gif),
    ];
    for (bytes, format) in whole {
        examined(&bytes, format);
        for length in [0, 1, 8, 20, bytes.len() / 2, bytes.len() * 9 / 10] {
            let cut = examine(&bytes[..length], format, &Limits::default());
            assert_eq!(
                cut,
                Err(Flaw::Corrupt),
                "{format:?} after {length} of {}",
                bytes.len()
            );
        }
        for other in Format::ALL.into_iter().filter(|other| *other != format) {
            let lie = examine(&bytes, other, &Limits::default());
            assert_eq!(lie, Err(Flaw::Corrupt), "{format:?} as {other:?}");
        }
    }
}

/// Found by the fuzzer: the decoder broke down over it.
#[test]
fn a_palette_that_ends_within_an_entry_is_corrupt() {
    let uneven = include_bytes!("images/uneven_palette.png");
    assert_eq!(
        examine(uneven, Format::Png, &Limits::default()),
        Err(Flaw::Corrupt)
    );
}

#[test]
fn what_claims_to_be_huge_is_not_decoded() {
    for (bytes, format) in pictures::huge() {
        let claimed = examine(&bytes, format, &Limits::default());
        assert_eq!(claimed, Err(Flaw::TooLarge), "{format:?}");
    }
    let small = Limits {
        pixels: 99,
        ..Limits::default()
    };
    let ten = png(&quarters(10, 10));
    assert_eq!(examine(&ten, Format::Png, &small), Err(Flaw::TooLarge));
    let wide = Limits {
        side: 9,
        ..Limits::default()
    };
    assert_eq!(examine(&ten, Format::Png, &wide), Err(Flaw::TooLarge));
    // decoded, three bytes a pixel; as deep as the image has them
    let mut deep = Vec::new();
    DynamicImage::ImageRgb8(quarters(10, 10))
        .to_rgba16()
        .write_to(&mut Cursor::new(&mut deep), image::ImageFormat::Png)
        .unwrap();
    for (bytes, needs) in [(&ten, 300), (&deep, 800)] {
        let memory = |memory| Limits {
            memory,
            ..Limits::default()
        };
        assert!(examine(bytes, Format::Png, &memory(needs)).is_ok(), "{needs}");
        let less = examine(bytes, Format::Png, &memory(needs - 1));
        assert_eq!(less, Err(Flaw::TooLarge), "{needs}");
    }
}

#[test]
fn sixteen_bits_a_channel_become_eight() {
    let deep = DynamicImage::ImageRgb8(quarters(40, 20)).to_rgba16();
    let mut bytes = Vec::new();
    DynamicImage::ImageRgba16(deep)
        .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
        .unwrap();
    let out = examined(&bytes, Format::Png);
    assert_eq!(decoded(&out.original).into_rgb8(), quarters(40, 20));
}

#[test]
fn printing_inks_become_light() {
    // 40 x 30 pixels of magenta and yellow, in CMYK
    let out = examined(include_bytes!("images/cmyk.jpg"), Format::Jpeg);
    assert_eq!((out.width, out.height), (40, 30));
    let [red, green, blue] = decoded(&out.original).to_rgb8().get_pixel(20, 15).0;
    assert!(red > 230 && green < 40 && blue < 50, "{red} {green} {blue}");
}

#[test]
fn wide_colours_are_brought_to_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let picture = image::RgbImage::from_pixel(50, 50, image::Rgb([200, 80, 80]));
    let out = examined(&pictures::png_in(&picture, profile), Format::Png);
    let [red, green, blue] = decoded(&out.original).to_rgb8().get_pixel(9, 9).0;
    // the same colour in sRGB is stronger
    assert!(
        (208..=218).contains(&red) && (68..=78).contains(&green) && (70..=80).contains(&blue),
        "{red} {green} {blue}"
    );
}

#[test]
fn transparency_stays_where_it_is_used() {
    let half = image::RgbaImage::from_fn(400, 10, |x, _| {
        image::Rgba([9, 9, 9, if x < 200 { 0 } else { 255 }])
    });
    let mut bytes = Vec::new();
    half.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
        .unwrap();
    let out = examined(&bytes, Format::Png);
    for made in everything(&out) {
        assert!(decoded(made).color().has_alpha());
        assert_eq!(decoded(made).to_rgba8().get_pixel(1, 1).0[3], 0);
    }
}

#[test]
fn an_animation_stays_one() {
    let frames = [
        quarters(330, 20),
        stored(&quarters(330, 20), 3),
        quarters(330, 20),
    ];
    let bytes = gif(&frames, SECRET);
    let out = examined(&bytes, Format::Gif);
    let frames_of = |bytes: &[u8]| {
        let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(bytes.to_vec())).unwrap();
        let frames = image::AnimationDecoder::into_frames(decoder)
            .collect_frames()
            .unwrap();
        let shown = frames.iter().map(|frame| (frame.delay(), frame.buffer().clone()));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(
        frames_of(&out.original),
        frames_of(&bytes),
        "every frame, as long as before"
    );
    assert_eq!(out.variants.len(), 1);
    let long = Limits {
        animation: 330 * 20 * 2,
        ..Limits::default()
    };
    assert_eq!(examine(&bytes, Format::Gif, &long), Err(Flaw::TooLong));
}

#[test]
fn the_same_bytes_make_the_same_bytes() {
    for (bytes, format) in [
        (jpeg(&quarters(400, 300)), Format::Jpeg),
        (webp(&quarters(400, 300)), Format::WebP),
    ] {
        assert_eq!(examined(&bytes, format), examined(&bytes, format));
    }
}

#[test]
fn blurhashes_are_those_of_the_reference() {
    // made with the reference implementation in C
    let image = |width, height, pixel: fn(u32, u32) -> [u32; 3]| {
        image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb(pixel(x, y).map(|channel| u8::try_from(channel % 256).unwrap()))
        })
    };
    let table = [
        (image(16, 16, |_, _| [0; 3]), "L00000fQfQfQfQfQfQfQfQfQfQfQ"),
        (
            image(32, 24, |x, y| [x * 8, y * 10, (x ^ y) * 8]),
            "LxH27+2lwuX7mHWQjwfBgJflfTff",
        ),
        (
            image(20, 30, |x, y| [x * x * 7 + y, y * y * 3, x * y]),
            "LTHB#V2%a@7EvLWVSQn.ZhsFWsWR",
        ),
    ];
    for (image, expected) in table {
        assert_eq!(imaging::blurhash(&image), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_it_panic(which in 0_usize..4, at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let picture = quarters(24, 16);
        let format = Format::ALL[which];
        let mut bytes = match format {
            Format::Jpeg => jpeg_with(&picture, &[&b"Exif\0\0"[..], &exif(6)].concat()),
            Format::Png => png_with(&picture, *b"eXIf", &exif(6)),
            Format::WebP => webp_with(&picture, &exif(6)),
            Format::Gif => gif(&[picture.clone(), picture], SECRET),
        };
        for (index, byte) in at {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let small = Limits { pixels: 1_000_000, memory: 8 << 20, animation: 4_000_000, ..Limits::default() };
        if let Ok(out) = examine(&bytes, format, &small) {
            prop_assert_eq!(decoded(&out.original).dimensions(), (out.width, out.height));
        }
    }
}
