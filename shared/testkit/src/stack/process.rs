//! One function as its own process.

use crate::binary;
use runtime::{Environment, with_parent_death};
use std::net::SocketAddr;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

/// A function's own binary; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts the binary `function` on a port that the system gives, which it logs.
    pub(crate) async fn start(function: &str, environment: &Environment) -> Self {
        let mut command = with_parent_death(binary(function));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(environment.iter());
        command
            .env("PORT", "0")
            .env("HOST", "127.0.0.1")
            .env("LOG_FORMAT", "text")
            .env("NO_COLOR", "1");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{function}: {error}; build the binaries first: cargo build --workspace --bins")
        });
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let address = loop {
            let line = lines
                .next_line()
                .await
                .expect("readable")
                .unwrap_or_else(|| panic!("{function} ended"));
            if let Some((_, address)) = line.split_once("address=") {
                break address.trim().parse().expect("an address");
            }
        };
        // what it logs goes on to the test's own output
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln!("{line}");
            }
        });
        Self { child, address }
    }

    /// Ends it at once.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }
}
