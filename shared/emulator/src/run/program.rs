//! What stands for a container image.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A program that stands for a container image.
///
/// Its process sees no variables but `PATH` and `HOME` of the emulator's, a `TMPDIR` of its own, those of [`Program::env`], then those of the container and of
/// the run (which win), then Cloud Run's own.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// Arguments that come before those of the container.
    pub args: Vec<String>,
    /// Variables added to those of the container.
    pub env: BTreeMap<String, String>,
}
