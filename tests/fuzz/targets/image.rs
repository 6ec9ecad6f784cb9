//! Images of every format: nothing panics, nothing is decoded beyond the limits, and what is made can be read again.
#![no_main]

use imaging::{Format, Limits, examine, sniff};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    pixels: 1 << 20,
    side: 4096,
    memory: 8 << 20,
    animation: 4 << 20,
};

fuzz_target!(|bytes: &[u8]| {
    let Some(sniffed) = sniff(bytes) else { return };
    let Some(format) = Format::of_media_type(sniffed.media_type) else {
        return;
    };
    if let Ok(made) = examine(bytes, format, &LIMITS) {
        assert!(u64::from(made.width) * u64::from(made.height) <= LIMITS.pixels);
        let again = examine(&made.original, format, &LIMITS).expect("what was made can be read");
        assert_eq!((again.width, again.height), (made.width, made.height), "and stands upright");
    }
});
