//! Child processes that do not outlive us.

use std::ffi::OsStr;
use tokio::process::Command;

/// A command for `program` which, on Linux, the kernel ends when the thread that starts it dies, and so when this process does, however it dies.
/// Elsewhere it is an ordinary one.
pub fn with_parent_death(program: impl AsRef<OsStr>) -> Command {
    if cfg!(target_os = "linux") {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}
