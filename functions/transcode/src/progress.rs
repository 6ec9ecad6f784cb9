//! How far FFmpeg is, from what it writes to `-progress`.

/// Turns lines of `key=value` into whole percents that only rise.
#[derive(Clone, Debug)]
pub struct Meter {
    duration: f64,
    from: u8,
    to: u8,
    last: u8,
}

impl Meter {
    /// A meter for `duration` seconds of video whose work takes the whole from `from` to `to` percent.
    pub fn new(duration: f64, from: u8, to: u8) -> Self {
        Self {
            duration,
            from,
            to,
            last: from,
        }
    }

    /// The new percentage, if `line` says that another one is reached.
    pub fn read(&mut self, line: &str) -> Option<u8> {
        let micros: f64 = line.strip_prefix("out_time_us=")?.trim().parse().ok()?;
        if self.duration <= 0.0 {
            return None;
        }
        let share = (micros / 1e6 / self.duration).clamp(0.0, 1.0);
        let span = f64::from(self.to.saturating_sub(self.from));
        // `as` saturates, and the value is within 0..=255 anyway
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 255 by the clamp"
        )]
        let now = self.from.saturating_add((share * span) as u8);
        if now <= self.last {
            return None;
        }
        self.last = now;
        Some(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_become_percents() {
        let mut meter = Meter::new(10.0, 5, 95);
        assert_eq!(meter.read("frame=12"), None);
        assert_eq!(meter.read("out_time_us=N/A"), None);
        assert_eq!(meter.read("out_time_us=5000000"), Some(50));
        assert_eq!(meter.read("out_time_us=5000001"), None);
        assert_eq!(meter.read("out_time_us=4000000"), None);
        assert_eq!(meter.read("out_time_us=99000000"), Some(95));
    }

    proptest! {
        #[test]
        fn it_only_rises_and_stays_within(times in proptest::collection::vec(any::<i64>(), 0..50), duration in 0.0f64..1e6) {
            let mut meter = Meter::new(duration, 5, 95);
            let mut last = 5;
            for time in times {
                if let Some(now) = meter.read(&format!("out_time_us={time}")) {
                    prop_assert!(now > last && now <= 95);
                    last = now;
                }
            }
        }
    }
}
