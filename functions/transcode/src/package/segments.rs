//! Which fragments make a segment.

use crate::mp4::fragment::Fragment;

/// One media segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When its first frame is shown, in ticks of its track; never before 0 (the priming of sound is not heard).
    pub start: i64,
    /// When its last frame ends, in ticks.
    pub end: i64,
    /// Decode time of its first frame, in ticks.
    pub decode_start: i64,
    /// Decode time after its last frame, in ticks.
    pub decode_end: i64,
    /// How many frames it holds.
    pub frames: u64,
    /// How many of them are keyframes.
    pub keyframes: u64,
    /// Whether it begins with one.
    pub begins_with_keyframe: bool,
    /// Its size.
    pub bytes: u64,
    /// A digest of all its frames' times: see [`Fragment::times`].
    pub times: u64,
}

/// Collects fragments into segments on a grid: a segment ends at the first fragment that starts at or after the next multiple of
/// the grid's step. The grid is of the video, not of the last cut, so nothing drifts.
#[derive(Clone, Debug)]
pub struct Segmenter {
    /// Ticks between lines of the grid.
    step: i64,
    /// What the edit list adds to composition times.
    shift: i64,
    next_line: i64,
    current: Option<Segment>,
}

impl Segmenter {
    /// A segmenter for a track of `timescale` ticks per second and a grid of `seconds`.
    pub fn new(timescale: u32, shift: i64, seconds: u32) -> Self {
        let step = i64::from(timescale) * i64::from(seconds.max(1));
        Self {
            step: step.max(1),
            shift,
            next_line: i64::MIN,
            current: None,
        }
    }

    /// Takes the next fragment of `bytes` bytes. Returns the segment before it, if it begins a new one.
    pub fn push(&mut self, fragment: &Fragment, bytes: u64) -> Option<Segment> {
        let start = fragment.start.saturating_add(self.shift);
        let end = fragment.end.saturating_add(self.shift);
        let finished = if start >= self.next_line {
            self.current.take()
        } else {
            None
        };
        if let Some(segment) = &mut self.current {
            segment.end = segment.end.max(end);
            segment.decode_end = fragment.decode_time.saturating_add(fragment.duration);
            segment.frames += fragment.samples;
            segment.keyframes += fragment.keyframes;
            segment.bytes += bytes;
            segment.times = segment.times.wrapping_add(fragment.times);
        } else {
            self.next_line = start
                .div_euclid(self.step)
                .saturating_add(1)
                .saturating_mul(self.step);
            self.current = Some(Segment {
                start: start.max(0),
                end,
                decode_start: fragment.decode_time,
                decode_end: fragment.decode_time.saturating_add(fragment.duration),
                frames: fragment.samples,
                keyframes: fragment.keyframes,
                begins_with_keyframe: fragment.begins_with_keyframe,
                bytes,
                times: fragment.times,
            });
        }
        finished
    }

    /// The last segment.
    pub fn finish(self) -> Option<Segment> {
        self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fragment(start: i64, duration: i64) -> Fragment {
        Fragment {
            decode_time: start,
            duration,
            start,
            end: start + duration,
            samples: 3,
            keyframes: 1,
            begins_with_keyframe: true,
            times: 1,
        }
    }

    fn cut(durations: &[i64], timescale: u32, shift: i64) -> Vec<Segment> {
        let mut segmenter = Segmenter::new(timescale, shift, 4);
        let mut segments = Vec::new();
        let mut start = 0;
        for &duration in durations {
            segments.extend(segmenter.push(&fragment(start, duration), 10));
            start += duration;
        }
        segments.extend(segmenter.finish());
        segments
    }

    #[test]
    fn two_seconds_and_two_seconds() {
        let spans: Vec<_> = cut(&[20; 5], 10, 0)
            .iter()
            .map(|s| (s.start, s.end, s.frames))
            .collect();
        assert_eq!(spans, [(0, 40, 6), (40, 80, 6), (80, 100, 3)]);
    }

    #[test]
    fn the_grid_does_not_drift() {
        // 2.002 s each, as at 29.97: after 2,000 of them still two by two
        let segments = cut(&[2002; 2000], 1000, 0);
        assert!(segments.iter().all(|segment| segment.frames <= 6));
        let last = segments.last().unwrap();
        assert!(last.start.rem_euclid(4000) < 2002, "{last:?}");
    }

    #[test]
    fn priming_is_not_heard() {
        let segments = cut(&[192_512, 192_512], 48_000, -1024);
        assert_eq!((segments[0].start, segments[0].end), (0, 191_488));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_doubled(durations in proptest::collection::vec(1i64..10_000, 1..60)) {
            let segments = cut(&durations, 1000, 0);
            let frames: u64 = segments.iter().map(|segment| segment.frames).sum();
            prop_assert_eq!(frames, 3 * u64::try_from(durations.len()).unwrap());
            prop_assert_eq!(segments.iter().map(|s| s.bytes).sum::<u64>(), 10 * u64::try_from(durations.len()).unwrap());
            for pair in segments.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].start);
                prop_assert!(pair[0].start.div_euclid(4000) < pair[1].start.div_euclid(4000), "two cuts on one line");
            }
        }
    }
}
