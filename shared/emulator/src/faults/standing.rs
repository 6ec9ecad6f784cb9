//! A fault that is set: what it has counted, and whether it strikes now.

use super::fault::Fault;
use serde_json::{Value, json};

/// A fault with its counts.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) id: u64,
    pub(super) fault: Fault,
    /// When it ends, in microseconds of the emulator's clock.
    until: Option<i64>,
    /// How many calls it was asked about.
    calls: u64,
    /// How many of them it struck.
    fired: u64,
}

impl Standing {
    pub(super) fn new(id: u64, fault: Fault, now: i64) -> Self {
        let micros = |millis: u64| i64::try_from(millis.saturating_mul(1000)).unwrap_or(i64::MAX);
        Self {
            id,
            until: fault.for_millis.map(|millis| now.saturating_add(micros(millis))),
            fault,
            calls: 0,
            fired: 0,
        }
    }

    fn is_active(&self, now: i64) -> bool {
        self.until.is_none_or(|until| now < until) && self.fault.times.is_none_or(|times| self.fired < times)
    }

    /// Counts a call that it means, and decides. The decision follows from the seed and the number of the call alone.
    pub(super) fn strikes(&mut self, now: i64) -> bool {
        if !self.is_active(now) {
            return false;
        }
        let draw = draw(self.fault.seed, self.calls);
        self.calls += 1;
        let strikes = self.fault.probability.is_none_or(|part| draw < part);
        self.fired += u64::from(strikes);
        strikes
    }

    /// The fault and its counts.
    pub(super) fn json(&self, now: i64) -> Value {
        let mut shown = json!(self.fault);
        shown["id"] = self.id.into();
        shown["calls"] = self.calls.into();
        shown["fired"] = self.fired.into();
        shown["active"] = self.is_active(now).into();
        shown
    }
}

/// A number from 0 up to (not including) 1: `SplitMix64` (<https://prng.di.unimi.it/splitmix64.c>) at place `number` of the sequence of `seed`.
fn draw(seed: u64, number: u64) -> f64 {
    let mut z = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let high = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}
