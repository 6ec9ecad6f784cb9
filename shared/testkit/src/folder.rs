//! Where a test binary keeps what its emulator and Redis store. A static is never dropped, so each one tidies up after those before it.

use std::path::{Path, PathBuf};

/// A new folder of this process's own; those of processes that have ended are removed.
pub(crate) fn own(base: &Path) -> PathBuf {
    let folders = base.join("kith-tests");
    for left in std::fs::read_dir(&folders)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
    {
        let process = left
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok());
        if process.is_none_or(|id| !Path::new(&format!("/proc/{id}")).exists()) {
            // another test binary may be at it too
            let _ = std::fs::remove_dir_all(left.path());
        }
    }
    let own = folders.join(std::process::id().to_string());
    std::fs::create_dir_all(&own).expect("a folder");
    own
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn folders_of_ended_processes_are_removed() {
        let base = tempfile::tempdir().unwrap();
        let left = base.path().join("kith-tests/4294967295");
        std::fs::create_dir_all(left.join("deep")).unwrap();
        let own = own(base.path());
        assert!(own.is_dir() && !left.exists());
    }
}
