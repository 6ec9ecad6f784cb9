//! A tool as a child process: its lines as they come, the ends of its errors, and never an orphan.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Child;
use tokio::time::timeout;

use runtime::with_parent_death;

use crate::failure::Failure;

/// What is kept of a tool's errors: so many bytes of the beginning, and as many of the end.
const KEPT: usize = 16 * 1024;

/// The most that [`collect`] takes of a tool's output.
const MOST_OUTPUT: u64 = 16 * 1024 * 1024;

/// A tool that says nothing for so long hangs: FFmpeg reports twice a second, and a silent network is given up long before.
pub const QUIET: Duration = Duration::from_mins(5);

/// How a tool ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Whether it exited with 0.
    pub success: bool,
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Its standard output, when it was collected.
    pub stdout: Vec<u8>,
    /// The beginning and the end of its standard error.
    pub stderr: String,
}

/// Runs a tool to its end, which must come within [`QUIET`], and keeps its output.
pub async fn collect(tool: &str, arguments: &[String]) -> Result<Done, Failure> {
    let mut child = spawn(tool, arguments, None)?;
    let (stdout, stderr) = pipes(tool, &mut child)?;
    let mut output = Vec::new();
    let mut bounded = stdout.take(MOST_OUTPUT);
    let both = async { tokio::join!(bounded.read_to_end(&mut output), keep(stderr)) };
    let (read, words) = timeout(QUIET, both).await.map_err(|_| hangs(tool))?;
    read.map_err(|error| lost(tool, &error))?;
    let mut done = finish(tool, &mut child, words).await?;
    done.stdout = output;
    Ok(done)
}

/// Runs a tool to its end in `folder` and hands over each line of its output. One that says nothing for `quiet` is ended
/// and an internal failure. Dropping the future ends the tool.
pub async fn lines(
    tool: &str,
    arguments: &[String],
    folder: Option<&Path>,
    quiet: Duration,
    on_line: &mut (dyn FnMut(&str) + Send),
) -> Result<Done, Failure> {
    let mut child = spawn(tool, arguments, folder)?;
    let (stdout, stderr) = pipes(tool, &mut child)?;
    let mut reader = BufReader::new(stdout);
    let read = async {
        let mut line = Vec::new();
        loop {
            let next = timeout(quiet, reader.read_until(b'\n', &mut line)).await;
            let length = next
                .map_err(|_| hangs(tool))?
                .map_err(|error| lost(tool, &error))?;
            if length == 0 {
                return Ok(());
            }
            on_line(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    };
    let ((), words) = tokio::try_join!(read, async { Ok(keep(stderr).await) })?;
    finish(tool, &mut child, words).await
}

/// Starts a tool that dies with this future, and on Linux with the thread that started it too (that is what the kernel
/// watches): start it from a thread of the runtime, never from a blocking one.
fn spawn(tool: &str, arguments: &[String], folder: Option<&Path>) -> Result<Child, Failure> {
    let mut command = with_parent_death(tool);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.env("AV_LOG_FORCE_NOCOLOR", "1").kill_on_drop(true);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    command
        .spawn()
        .map_err(|error| Failure::internal(format!("{tool} cannot be started: {error}")))
}

fn pipes(tool: &str, child: &mut Child) -> Result<(impl AsyncRead + use<>, impl AsyncRead + use<>), Failure> {
    child
        .stdout
        .take()
        .zip(child.stderr.take())
        .ok_or_else(|| Failure::internal(format!("{tool} has no output")))
}

async fn finish(tool: &str, child: &mut Child, stderr: String) -> Result<Done, Failure> {
    let status = child.wait().await.map_err(|error| lost(tool, &error))?;
    // what `setpriv` answers when the tool is not there
    if matches!(status.code(), Some(126 | 127)) {
        return Err(Failure::internal(format!("{tool} cannot be started: {stderr}")));
    }
    let (success, code, signal) = (status.success(), status.code(), status.signal());
    Ok(Done {
        success,
        code,
        signal,
        stdout: Vec::new(),
        stderr,
    })
}

fn hangs(tool: &str) -> Failure {
    Failure::internal(format!("{tool} said nothing for too long and was ended"))
}

fn lost(tool: &str, error: &std::io::Error) -> Failure {
    Failure::internal(format!("{tool}: {error}"))
}

/// Reads to the end, however much it is, and keeps the two ends of it.
async fn keep(mut reader: impl AsyncRead + Unpin) -> String {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let mut part = vec![0; 4096];
    // a pipe that breaks has said what it had to say
    while let Ok(length) = reader.read(&mut part).await {
        if length == 0 {
            break;
        }
        let into_head = (KEPT - head.len()).min(length);
        head.extend_from_slice(&part[..into_head]);
        tail.extend_from_slice(&part[into_head..length]);
        if tail.len() > 2 * KEPT {
            tail.drain(..tail.len() - KEPT);
        }
    }
    let rest = tail.len().saturating_sub(KEPT);
    head.extend_from_slice(&tail[rest..]);
    String::from_utf8_lossy(&head).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Vec<String> {
        vec!["-c".to_owned(), script.to_owned()]
    }

    #[tokio::test]
    async fn lines_errors_and_the_exit_code_arrive() {
        let mut seen = Vec::new();
        let script = "echo one; echo oops >&2; printf two; exit 3";
        let done = lines("sh", &shell(script), None, QUIET, &mut |line| {
            seen.push(line.to_owned());
        })
        .await
        .unwrap();
        assert_eq!(seen, ["one", "two"]);
        assert_eq!(
            (done.success, done.code, done.stderr.as_str()),
            (false, Some(3), "oops\n")
        );
    }

    #[tokio::test]
    async fn errors_are_bounded_at_both_ends() {
        let script = "echo first >&2; yes | head -c 500000 >&2; echo last >&2";
        let done = collect("sh", &shell(script)).await.unwrap();
        assert!(done.stderr.starts_with("first\n") && done.stderr.ends_with("last\n"));
        assert!(done.stderr.len() <= 2 * KEPT, "{}", done.stderr.len());
    }

    #[tokio::test]
    async fn a_tool_that_hangs_is_ended() {
        let script = shell("echo one; exec sleep 1000");
        let mut seen = 0;
        let failure = lines("sh", &script, None, Duration::from_millis(200), &mut |_| {
            seen += 1;
        })
        .await
        .unwrap_err();
        assert_eq!(failure.code, crate::Code::Internal);
        assert!(
            failure.notes.starts_with("sh said nothing") && seen <= 1,
            "{failure:?}"
        );
    }

    #[tokio::test]
    async fn a_signal_is_no_exit_code() {
        let done = collect("sh", &shell("kill -SEGV $$")).await.unwrap();
        assert_eq!((done.success, done.code, done.signal), (false, None, Some(11)));
    }

    #[tokio::test]
    async fn a_missing_tool_is_our_own_fault() {
        let failure = collect("no-such-tool-here", &[]).await.unwrap_err();
        assert_eq!(failure.code, crate::Code::Internal);
        assert!(failure.notes.contains("no-such-tool-here"), "{}", failure.notes);
    }

    /// A script that holds `fifo` open for as long as it lives, says `ready`, and would go on for long.
    fn holding(fifo: &Path) -> Vec<String> {
        shell(&format!("exec 3>{}; echo ready; exec sleep 1000", fifo.display()))
    }

    async fn fifo(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("alive");
        assert!(
            collect("mkfifo", &[path.display().to_string()])
                .await
                .unwrap()
                .success
        );
        path
    }

    /// Returns when nobody holds the pipe any more: its end is the reader's end of file.
    async fn released(mut file: tokio::fs::File) {
        let mut rest = Vec::new();
        file.read_to_end(&mut rest).await.unwrap();
        assert!(rest.is_empty());
    }

    #[tokio::test]
    async fn dropping_the_future_ends_the_tool() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = fifo(folder.path()).await;
        let script = holding(&fifo);
        let open = tokio::spawn(tokio::fs::File::open(fifo));
        let (told, ready) = tokio::sync::oneshot::channel();
        let mut told = Some(told);
        {
            let mut on_line = |_: &str| {
                let _ = told.take().map(|told| told.send(()));
            };
            tokio::select! {
                _ = lines("sh", &script, None, QUIET, &mut on_line) => panic!("it sleeps for long"),
                ready = ready => ready.unwrap(),
            }
        }
        released(open.await.unwrap().unwrap()).await;
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_tool_dies_with_who_started_it_even_when_nothing_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = fifo(folder.path()).await;
        let script = holding(&fifo);
        let open = tokio::spawn(tokio::fs::File::open(fifo));
        let starter = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut child = spawn("sh", &script, None).unwrap();
                let mut stdout = BufReader::new(child.stdout.take().unwrap());
                let mut line = String::new();
                stdout.read_line(&mut line).await.unwrap();
                // as after `kill -9`: no destructor runs
                std::mem::forget(child);
                line
            })
        });
        let file = open.await.unwrap().unwrap();
        assert_eq!(starter.join().unwrap(), "ready\n");
        released(file).await;
    }
}
