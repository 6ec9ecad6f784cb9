//! Runs of a job: each that was acknowledged comes to its end.

use super::life::{Life, Load};
use reqwest::Method;
use serde_json::json;

const JOBS: &str = "/v2/projects/crash/locations/l/jobs";

#[derive(Default)]
pub(super) struct Runs {
    /// Executions that were acknowledged.
    acknowledged: Vec<String>,
}

impl Runs {
    /// Makes the job.
    pub(super) async fn begin(life: &Life) -> Self {
        // a program that takes a moment
        let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done";
        let container = json!({"image": "shell", "args": ["-c", script]});
        let job = json!({"template": {"template": {"timeout": "86400s", "containers": [container]}}});
        life.ask(Method::POST, &format!("{JOBS}?jobId=work"), &job).await;
        Self::default()
    }

    /// Runs it, two at a time, until the emulator dies.
    pub(super) async fn load(&mut self, load: &Load) {
        loop {
            let run = load
                .ask(Method::POST, &format!("{JOBS}/work:run"), &json!({}))
                .await;
            let Some(run) = run else { return };
            self.acknowledged
                .push(run["metadata"]["name"].as_str().unwrap().to_owned());
            if self.acknowledged.len().is_multiple_of(2) {
                let wait = format!("/v2/{}:wait", run["name"].as_str().unwrap());
                if load.ask(Method::POST, &wait, &json!({})).await.is_none() {
                    return;
                }
            }
        }
    }

    /// Each is there, ends, and ends well.
    pub(super) async fn check(&mut self, life: &Life) {
        for name in std::mem::take(&mut self.acknowledged) {
            let operation = name.rsplit('/').next().unwrap();
            let wait = format!("/v2/projects/crash/locations/l/operations/{operation}:wait");
            let ended = life.ask(Method::POST, &wait, &json!({})).await;
            assert_eq!(ended["response"]["succeededCount"], 1, "{ended}");
            let logs = life
                .ask(
                    Method::GET,
                    &format!("/_emulator/run/logs?execution={name}"),
                    &json!({}),
                )
                .await;
            let last = logs["logs"]
                .as_array()
                .and_then(|logs| logs.last().cloned())
                .unwrap();
            assert_eq!(last["text"], "done\n", "{logs}");
        }
    }
}
