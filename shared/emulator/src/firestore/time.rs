//! Times as the protocol writes them, and as microseconds since 1970.

use prost_types::Timestamp;

/// A protocol's time.
pub(crate) fn timestamp(micros: i64) -> Timestamp {
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or_default();
    Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos,
    }
}

/// Microseconds since 1970; finer parts are cut off, and what no `i64` holds is its nearest end.
pub(crate) fn micros(time: &Timestamp) -> i64 {
    time.seconds
        .saturating_mul(1_000_000)
        .saturating_add(i64::from(time.nanos / 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_there_and_back() {
        for time in [0, 1, -1, 1_700_000_000_123_456, -1_700_000_000_123_456] {
            assert_eq!(micros(&timestamp(time)), time);
        }
    }
}
