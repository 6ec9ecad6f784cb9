//! `kith` as a person runs it: killed, started again on another port, nothing lost, nothing left behind.

mod data;
mod half_done;

use reqwest::Client;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use testkit::{PASSWORD, binary};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

struct Running {
    child: Child,
    url: String,
}

impl Running {
    async fn start(data: &Path) -> Self {
        let mut command = Command::new(binary("kith"));
        command
            .args(["--port", "0", "--set", "OUTBOX_DUE_SECONDS=1", "--data"])
            .arg(data);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .expect("kith is built: cargo build --workspace --bins");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines
            .next_line()
            .await
            .unwrap()
            .expect("it says that it is ready");
        let url = first
            .strip_prefix("Kith is ready at ")
            .expect("its address")
            .to_owned();
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, url }
    }

    /// The processes that it started, and theirs.
    fn descendants(&self) -> Vec<u32> {
        let mut all = vec![self.child.id().unwrap()];
        let mut at = 0;
        while at < all.len() {
            all.extend(children(all[at]));
            at += 1;
        }
        all.split_off(1)
    }

    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(&parent.to_string())
    })
    .collect()
}

/// Gone, or dead and only not yet taken note of by its new parent.
fn ended(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .and_then(|rest| rest.split_whitespace().next())
        .is_none_or(|state| state == "Z")
}

async fn post(url: &str, path: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
    let request = Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{url}{path}"))
        .json(body);
    let request = token.map_or(request.try_clone().unwrap(), |token| request.bearer_auth(token));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn get(url: &str, path: &str, token: &str) -> Value {
    let client = Client::builder().no_proxy().build().unwrap();
    client
        .get(format!("{url}{path}"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

/// Dies as in a power cut, and takes everything that it started along.
async fn dies(kith: Running) {
    let descendants = kith.descendants();
    assert!(!descendants.is_empty(), "Redis at least");
    kith.kill().await;
    let mut looks = 0;
    while !descendants.iter().all(|id| ended(*id)) {
        looks += 1;
        assert!(looks < 500, "{descendants:?} outlive their parent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Ann's account, and the tokens of its making.
async fn ann(url: &str) -> (Value, Value) {
    let ann =
        json!({ "email": "ann@example.com", "username": "ann", "password": PASSWORD, "displayName": "Ann" });
    let (status, tokens) = post(url, "/api/auth/register", None, &ann).await;
    assert_eq!(status, 201, "{tokens}");
    (ann, tokens)
}
