//! Moments of Firestore.

use prost_types::Timestamp;
use serde::{Deserialize, Serialize};

/// When something was read, by Firestore's own clock: microseconds since 1970. Queries can be asked again as of a moment of the last hour
/// ([`super::Documents::query_at`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl From<Timestamp> for Moment {
    fn from(time: Timestamp) -> Self {
        let micros = time.seconds.saturating_mul(1_000_000);
        Self(micros.saturating_add(i64::from(time.nanos / 1000)))
    }
}

impl From<Moment> for Timestamp {
    fn from(Moment(micros): Moment) -> Self {
        Self {
            seconds: micros.div_euclid(1_000_000),
            nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_moment_survives_the_wire(micros in -1_000_000_000_000_000_i64..4_000_000_000_000_000) {
            let time = Timestamp::from(Moment(micros));
            prop_assert!((0..1_000_000_000).contains(&time.nanos));
            prop_assert_eq!(Moment::from(time), Moment(micros));
        }
    }
}
