//! The machine: what it is, and keeping what is measured apart from what measures.

use super::Outcome;
use std::process::Command;

/// The core of the server that is measured, and that of what drives it.
pub(crate) const SERVER_CORE: &str = "0";
const DRIVER_CORE: &str = "1";

/// Cores, processor and load, for the reader of the figures.
pub(crate) fn description() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model
        .and_then(|line| line.split_once(": "))
        .map_or("an unknown processor", |(_, name)| name);
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().next().unwrap_or("?");
    format!("{} cores of {model}, load {load} at the start", cores())
}

/// Of the machine, wherever this process may run.
fn cores() -> usize {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    info.lines().filter(|line| line.starts_with("processor")).count()
}

/// Whether server and driver can have a core each.
pub(crate) fn has_two_cores() -> bool {
    cores() > 1
}

/// Keeps this process, and the threads it starts from now on, off the server's core. With one core nothing can be kept apart.
pub(crate) fn leave_server_core() -> Outcome {
    if !has_two_cores() {
        return Ok(());
    }
    let id = std::process::id().to_string();
    let done = Command::new("taskset")
        .args(["--all-tasks", "--cpu-list", "--pid", DRIVER_CORE, &id])
        .output()?;
    if done.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&done.stderr).into_owned().into())
}
