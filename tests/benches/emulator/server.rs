//! The emulator as a process, over a folder that outlives it.

use crate::support::{Outcome, Program};
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tonic::transport::Channel;

/// No request takes so long.
const PATIENCE: Duration = Duration::from_mins(1);
/// What the emulator says once it can be asked.
const READY: &str = "listens on http://";

/// A running emulator.
pub(super) struct Server {
    pub(super) program: Program,
    /// Host and port.
    pub(super) address: String,
}

impl Server {
    /// Starts it over `data` and waits until it listens.
    pub(super) fn start(data: &Path) -> Outcome<Self> {
        let mut command = Command::new(testkit::binary("emulator"));
        command.args(["--port", "0", "--data"]).arg(data);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut program = Program::start(&mut command)?;
        let output = program.child().stdout.take().ok_or("no output")?;
        for line in BufReader::new(output).lines() {
            if let Some((_, address)) = line?.split_once(READY) {
                let address = address.trim().to_owned();
                return Ok(Self { program, address });
            }
        }
        Err("the emulator ended before it listened".into())
    }

    /// For what is asked over HTTP.
    pub(super) fn http() -> Outcome<reqwest::Client> {
        Ok(reqwest::Client::builder().timeout(PATIENCE).build()?)
    }

    /// A connection for Firestore.
    pub(super) async fn firestore(&self) -> Outcome<FirestoreClient<Channel>> {
        Ok(FirestoreClient::connect(format!("http://{}", self.address)).await?)
    }

    /// Its memory, in megabytes.
    pub(super) fn megabytes(&self) -> Outcome<f64> {
        Ok(self.program.resident()? / 1024.0)
    }
}
