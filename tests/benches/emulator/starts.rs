//! From the start of the emulator's program until it listens: over a folder with many documents, and over an empty one.

use super::server::Server;
use crate::support::{Outcome, Table, median, print_ratio, scratch};
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;

const ROUNDS: usize = 10;

pub(super) fn run(stored: &TempDir) -> Outcome {
    let (mut full, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        full.push(start(stored.path())?);
        empty.push(start(scratch::folder()?.path())?);
    }
    let milliseconds =
        |starts: &[(f64, f64)]| median(&starts.iter().map(|start| start.0).collect::<Vec<_>>());
    let megabytes = |starts: &[(f64, f64)]| median(&starts.iter().map(|start| start.1).collect::<Vec<_>>());
    let (ours, base) = (milliseconds(&full), milliseconds(&empty));
    let mut table = Table::new(["start", "milliseconds", "resident MB", "ratio"]);
    table.row("empty", &[base, megabytes(&empty), 1.0]);
    table.row("301,000 documents", &[ours, megabytes(&full), ours / base]);
    println!("  medians of {ROUNDS} starts by turns; files in the page cache");
    table.print();
    print_ratio(
        "start",
        ours / base,
        "time of a start with 301,000 documents / with none",
    );
    Ok(())
}

/// Milliseconds until it listens, and megabytes then.
fn start(data: &Path) -> Outcome<(f64, f64)> {
    let began = Instant::now();
    let server = Server::start(data)?;
    Ok((began.elapsed().as_secs_f64() * 1000.0, server.megabytes()?))
}
