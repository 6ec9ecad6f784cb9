//! The process of an attempt: how it is started, and how it and its own children are ended.

use super::Program;
use super::execution::Execution;
use crate::clock::Clock;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use tokio::process::{Child, Command};

/// How long a process has to end after it was asked to, in microseconds of the emulator's clock.
const GRACE: i64 = 10_000_000;

/// Variables of the emulator's own process that its children see: where programs are, no configuration.
const INHERITED: [&str; 2] = ["PATH", "HOME"];

/// The command of a task's attempt, with its output in `log` and its temporary files in `scratch`.
pub(super) fn command(
    program: &Program,
    execution: &Execution,
    index: usize,
    attempt: u32,
    log: &Path,
    scratch: &Path,
) -> io::Result<Command> {
    let output = File::create(log)?;
    let template = &execution.template;
    let mut command = match setpriv() {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL", "--"]).arg(&program.path);
            command
        }
        None => Command::new(&program.path),
    };
    command.args(&program.args).args(&template.args);
    command.env_clear().envs(
        INHERITED
            .iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?))),
    );
    command
        .env("TMPDIR", scratch)
        .envs(&program.env)
        .envs(&template.env);
    command
        .env("CLOUD_RUN_JOB", execution.job_id())
        .env("CLOUD_RUN_EXECUTION", execution.id());
    command
        .env("CLOUD_RUN_TASK_INDEX", index.to_string())
        .env("CLOUD_RUN_TASK_ATTEMPT", attempt.to_string());
    command.env("CLOUD_RUN_TASK_COUNT", template.task_count.to_string());
    if let Some(folder) = &template.working_dir {
        command.current_dir(folder);
    }
    command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .kill_on_drop(true);
    // A group of its own, so that what it starts ends with it.
    #[cfg(unix)]
    command.process_group(0);
    Ok(command)
}

/// `setpriv`, where there is one: it lets a child die with its parent, which only Linux can.
fn setpriv() -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH").filter(|_| cfg!(target_os = "linux"))?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("setpriv"))
        .find(|program| program.is_file())
}

/// A running process. Dropped while it runs, it is killed with everything it started.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    group: Option<u32>,
}

impl Process {
    pub(super) fn new(child: Child) -> Self {
        Self {
            group: child.id(),
            child,
        }
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.group
    }

    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.group = None;
        Ok(status)
    }

    /// Asks it to end (`SIGTERM`), and kills it with everything it started when it has not in [`GRACE`]
    /// (<https://cloud.google.com/run/docs/container-contract#forced-shutdown>).
    pub(super) async fn stop(&mut self, clock: &Clock) {
        if let Some(group) = self.group {
            signal_group(group, "TERM");
        }
        let until = clock.now_micros().saturating_add(GRACE);
        let ended = tokio::select! {
            ended = self.child.wait() => ended.is_ok(),
            () = clock.sleep_until(Some(until)) => false,
        };
        if !ended {
            return self.kill().await;
        }
        // what it started may live on
        if let Some(group) = self.group.take() {
            kill_group(group);
        }
    }

    /// Kills it and waits for its end.
    pub(super) async fn kill(&mut self) {
        if let Some(group) = self.group.take() {
            kill_group(group);
        }
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "the process of a task could not be killed");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            kill_group(group);
        }
    }
}

fn kill_group(leader: u32) {
    signal_group(leader, "KILL");
}

/// Sends a signal to a process and its group. The shell's own `kill` is everywhere.
fn signal_group(leader: u32, signal: &str) {
    let script = r#"kill -s "$1" -- "-$0""#;
    let quiet = |command: &mut std::process::Command| {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    if let Err(error) =
        quiet(std::process::Command::new("sh").args(["-c", script, &leader.to_string(), signal]))
    {
        tracing::warn!(%error, leader, "a process group could not be ended");
    }
}

/// Ends a process that an emulator left which could not take it along, if it is still that program.
pub(super) fn end_left(pid: u32, program: &Program) {
    let shown = std::process::Command::new("ps")
        .args(["-o", "args=", "-p", &pid.to_string()])
        .output();
    let runs = shown.is_ok_and(|output| {
        let program = program.path.to_string_lossy();
        String::from_utf8_lossy(&output.stdout).contains(program.as_ref())
    });
    if runs {
        kill_group(pid);
    }
}
