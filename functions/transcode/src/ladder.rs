//! Which renditions a source gets.

/// One rendition to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Its name and folder, by the short side: `720p`.
    pub name: String,
    /// Width in pixels, upright; even.
    pub width: u32,
    /// Height in pixels, upright; even.
    pub height: u32,
    /// The ceiling of the video's bit rate, in bits per second.
    pub max_rate: u32,
}

/// The ladder's steps: short side in pixels and ceiling in bits per second.
const STEPS: [(u32, u32); 4] = [
    (1080, 5_000_000),
    (720, 2_500_000),
    (480, 1_000_000),
    (360, 500_000),
];

/// A source whose short side misses a step by no more than this many hundredths gets the step at its own size: 1920x1072
/// is "1080p" to everyone.
const NEAR: u32 = 95;

/// The renditions for an upright picture of `width` x `height` square pixels (each at least 2), best first.
///
/// By the short side, so that portrait works; never above the source in either direction; always even; at least one:
/// below the ladder a single rung of the source's size.
pub fn ladder(width: u32, height: u32) -> Vec<Rung> {
    let short = width.min(height);
    let reached = STEPS
        .iter()
        .filter(|(side, _)| u64::from(short) * 100 >= u64::from(*side) * u64::from(NEAR));
    let rungs: Vec<Rung> = reached
        .map(|&(side, rate)| rung(width, height, side, rate))
        .collect();
    if !rungs.is_empty() {
        return rungs;
    }
    let mut only = rung(width, height, short, STEPS[STEPS.len() - 1].1);
    only.name = format!("{}p", only.width.min(only.height));
    vec![only]
}

fn rung(width: u32, height: u32, side: u32, max_rate: u32) -> Rung {
    let short = width.min(height);
    let target = even(side.min(short));
    let long = width.max(height);
    // to the nearest even number: half of the exact length, rounded, doubled
    let exact_halves = (u64::from(long) * u64::from(target) + u64::from(short)) / (2 * u64::from(short));
    let scaled = u32::try_from(exact_halves * 2)
        .unwrap_or(u32::MAX)
        .min(even(long));
    let (width, height) = if width >= height {
        (scaled, target)
    } else {
        (target, scaled)
    };
    Rung {
        name: format!("{side}p"),
        width,
        height,
        max_rate,
    }
}

fn even(side: u32) -> u32 {
    side & !1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sizes(width: u32, height: u32) -> Vec<(String, u32, u32)> {
        ladder(width, height)
            .into_iter()
            .map(|rung| (rung.name, rung.width, rung.height))
            .collect()
    }

    type Sizes<'a> = &'a [(&'a str, u32, u32)];

    #[test]
    fn known_sources() {
        let full = [
            ("1080p", 1920, 1080),
            ("720p", 1280, 720),
            ("480p", 854, 480),
            ("360p", 640, 360),
        ];
        let cases: [(u32, u32, Sizes<'_>); 9] = [
            (3840, 2160, &full),
            (1920, 1080, &full),
            (
                1080,
                1920,
                &[
                    ("1080p", 1080, 1920),
                    ("720p", 720, 1280),
                    ("480p", 480, 854),
                    ("360p", 360, 640),
                ],
            ),
            (1280, 720, &full[1..]),
            (
                1000,
                700,
                &[("720p", 1000, 700), ("480p", 686, 480), ("360p", 514, 360)],
            ),
            (1000, 600, &[("480p", 800, 480), ("360p", 600, 360)]),
            (480, 270, &[("270p", 480, 270)]),
            (427, 241, &[("240p", 426, 240)]),
            (17, 301, &[("16p", 16, 284)]),
        ];
        for (width, height, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|&(n, w, h)| (n.to_owned(), w, h)).collect();
            assert_eq!(sizes(width, height), expected, "{width}x{height}");
        }
    }

    #[test]
    fn the_ceilings_of_the_contract() {
        let rates: Vec<u32> = ladder(1920, 1080).iter().map(|rung| rung.max_rate).collect();
        assert_eq!(rates, [5_000_000, 2_500_000, 1_000_000, 500_000]);
    }

    proptest! {
        #[test]
        fn laws(width in 16u32..=4096, height in 16u32..=4096) {
            let rungs = ladder(width, height);
            prop_assert!(!rungs.is_empty());
            for rung in &rungs {
                prop_assert!(rung.width <= width && rung.height <= height, "above the source: {rung:?}");
                prop_assert!(rung.width % 2 == 0 && rung.height % 2 == 0 && rung.width > 0 && rung.height > 0);
                let (short, long) = (width.min(height), width.max(height));
                let (low, high) = (rung.width.min(rung.height), rung.width.max(rung.height));
                let exact = f64::from(long) * f64::from(low) / f64::from(short);
                prop_assert!((f64::from(high) - exact).abs() <= 2.0, "shape of {rung:?}");
            }
            for pair in rungs.windows(2) {
                prop_assert!(pair[0].width > pair[1].width && pair[0].height > pair[1].height && pair[0].max_rate > pair[1].max_rate);
                prop_assert_ne!(&pair[0].name, &pair[1].name);
            }
        }

        #[test]
        fn a_turned_source_gets_the_turned_ladder(width in 16u32..=4096, height in 16u32..=4096) {
            let turned: Vec<_> = sizes(height, width).into_iter().map(|(name, w, h)| (name, h, w)).collect();
            prop_assert_eq!(sizes(width, height), turned);
        }
    }
}
