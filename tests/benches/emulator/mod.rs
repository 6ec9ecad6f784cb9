//! `emulator`: pages, commits, publish to push, a 1 GiB upload and a start with 300,000 documents, each beside a plain baseline
//!
//! Where memory counts the emulator is a process of its own, as `cargo run -p emulator` starts it.

mod commits;
mod documents;
mod pages;
mod pushes;
mod server;
mod starts;
mod uploads;

use crate::support::{Outcome, median};
use std::time::Duration;

pub(crate) fn run() -> Outcome {
    commits::run()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let stored = runtime.block_on(pages::run())?;
    starts::run(&stored)?;
    runtime.block_on(pushes::run())?;
    runtime.block_on(uploads::run())
}

/// Microseconds that are neither few nor many among these: the middle and the 99th of a hundred.
fn middle_and_high(times: &[Duration]) -> (f64, f64) {
    let mut micros: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e6).collect();
    micros.sort_by(f64::total_cmp);
    let high = micros.get(micros.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    (median(&micros), high)
}
