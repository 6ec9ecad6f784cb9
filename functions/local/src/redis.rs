//! A Redis of our own: a child process on a loopback port that dies with us.

use runtime::with_parent_death;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long it may take until Redis takes connections.
const PATIENCE: Duration = Duration::from_secs(10);
/// Another process may take the free port before Redis does.
const TRIES: u32 = 5;

/// A running Redis; ends when it is dropped, and with this process however that ends.
#[derive(Debug)]
pub struct Redis {
    child: Child,
    address: SocketAddr,
}

/// Redis did not start.
pub type RedisError = Box<dyn std::error::Error + Send + Sync>;

impl Redis {
    /// Starts one whose files would be in `folder`; it keeps none, as it is a cache.
    ///
    /// # Errors
    /// `redis-server` is not installed, or does not start.
    pub async fn start(folder: &Path) -> Result<Self, RedisError> {
        std::fs::create_dir_all(folder)?;
        let mut last = None;
        for _ in 0..TRIES {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            match Self::start_at(folder, port).await {
                Ok(redis) => return Ok(redis),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| "Redis did not start".into()))
    }

    /// Starts one on `port`.
    ///
    /// # Errors
    /// `redis-server` is not installed, or does not start.
    pub async fn start_at(folder: &Path, port: u16) -> Result<Self, RedisError> {
        let mut child = command(folder, port)
            .spawn()
            .map_err(|error| format!("redis-server: {error}"))?;
        let lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        tokio::time::timeout(PATIENCE, ready(lines))
            .await
            .map_err(|_| "Redis is not ready in time")??;
        Ok(Self {
            child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is, for clients.
    pub fn url(&self) -> String {
        format!("redis://{}/?protocol=resp3", self.address)
    }

    /// Ends it at once, as a crash would.
    ///
    /// # Errors
    /// The process cannot be signalled.
    pub async fn kill(&mut self) -> std::io::Result<()> {
        self.child.kill().await
    }
}

/// Reads until Redis says that it takes connections, then goes on reading so that its output never blocks it.
async fn ready(
    mut lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
) -> Result<(), RedisError> {
    while let Some(line) = lines.next_line().await? {
        if line.contains("Ready to accept connections") {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(());
        }
    }
    Err("Redis ended".into())
}

fn command(folder: &Path, port: u16) -> Command {
    let mut command = with_parent_death("redis-server");
    command.args([
        "--port",
        &port.to_string(),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]);
    command.arg("--dir").arg(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}
