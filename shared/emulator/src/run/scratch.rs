//! Where an attempt puts its temporary files. A container's vanish with it; so do these.

use super::execution::Execution;
use std::io;
use std::path::{Path, PathBuf};

/// The temporary folder of one attempt, in the machine's own (what is deep below a data folder is too long a path for a socket). Removed with all that
/// is in it when the attempt has ended.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Makes it, and empties what an attempt of that name left when its emulator died.
    pub(super) fn make(execution: &Execution, index: usize, attempt: u32) -> io::Result<Self> {
        let scratch = Self {
            folder: folder(execution, index, attempt),
        };
        scratch.clear()?;
        std::fs::create_dir_all(&scratch.folder)?;
        Ok(scratch)
    }

    /// Where it is, for `TMPDIR`.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    /// Removes what the attempts of an execution left when their emulator died.
    pub(super) fn sweep(execution: &Execution) {
        for (index, task) in execution.tasks.iter().enumerate() {
            for attempt in 0..=task.attempt {
                drop(Self {
                    folder: folder(execution, index, attempt),
                });
            }
        }
    }

    fn clear(&self) -> io::Result<()> {
        match std::fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!(%error, folder = %self.folder.display(), "temporary files of a task are left");
        }
    }
}

fn folder(execution: &Execution, index: usize, attempt: u32) -> PathBuf {
    std::env::temp_dir().join(format!("{}-{index}-{attempt}", execution.id()))
}
