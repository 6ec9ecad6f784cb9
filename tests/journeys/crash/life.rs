//! The emulator's own program, from its start to its kill.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use testkit::binary;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

/// How long one call may take: the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running emulator.
pub(super) struct Life {
    child: Child,
    pub(super) url: String,
    pub(super) http: Client,
}

/// What is asked of an emulator until it dies, and how much of it was acknowledged.
pub(super) struct Load {
    pub(super) url: String,
    pub(super) http: Client,
    acknowledged: AtomicU64,
    enough: Semaphore,
    calls: u64,
}

impl Life {
    /// Starts the emulator on what is in `data`.
    pub(super) async fn begin(data: &Path) -> Self {
        let mut command = Command::new(binary("emulator"));
        command.args([
            "--port",
            "0",
            "--parent-death",
            "--image",
            "shell=/bin/sh",
            "--data",
        ]);
        command
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .expect("the emulator is built: cargo build --workspace --bins");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = loop {
            let line = lines
                .next_line()
                .await
                .unwrap()
                .expect("it says where it listens");
            if let Some(url) = line.strip_prefix("The emulator listens on ") {
                break url.to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let http = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { child, url, http }
    }

    /// Load that is enough after so many acknowledged calls.
    pub(super) fn load(&self, calls: u64) -> Load {
        Load {
            url: self.url.clone(),
            http: self.http.clone(),
            acknowledged: AtomicU64::new(0),
            enough: Semaphore::new(0),
            calls,
        }
    }

    /// Kills it as soon as the load is enough, in the middle of whatever it does then.
    pub(super) async fn kill_when(&mut self, load: &Load) {
        drop(load.enough.acquire().await.unwrap());
        self.child.kill().await.unwrap();
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// A call that must succeed; its JSON.
    pub(super) async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        let answer = self.request(method, path).json(body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

impl Load {
    /// Counts a call that was acknowledged.
    pub(super) fn acknowledge(&self) {
        if self.acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == self.calls {
            self.enough.add_permits(1);
        }
    }

    /// A call that counts; `None` when the emulator died before its whole answer came.
    pub(super) async fn ask(&self, method: Method, path: &str, body: &Value) -> Option<Value> {
        let answer = self.look(method, path, body).await?;
        self.acknowledge();
        Some(answer)
    }

    /// A call that changes nothing and does not count.
    pub(super) async fn look(&self, method: Method, path: &str, body: &Value) -> Option<Value> {
        let request = self.http.request(method, format!("{}{path}", self.url));
        let answer = request.json(body).send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        assert!(status.is_success(), "{path}: {status} {text}");
        Some(serde_json::from_str(&text).unwrap_or_default())
    }
}
