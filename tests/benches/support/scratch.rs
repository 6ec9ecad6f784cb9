//! Folders for what a benchmark writes.

use super::Outcome;
use tempfile::TempDir;

/// A folder in the target folder, which is on a real disk where `/tmp` may be memory.
pub(crate) fn folder() -> Outcome<TempDir> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}
