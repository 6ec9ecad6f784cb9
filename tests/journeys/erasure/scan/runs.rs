//! Runs of jobs: what they were told, and what they wrote.

use super::{Search, get};
use reqwest::Method;
use testkit::Kith;

/// Every execution, and its log.
pub(super) async fn search(kith: &Kith, search: &mut Search) {
    let path = format!("/_emulator/run/executions?project={}", kith.at.project);
    let shown = get(kith, &path).await;
    for execution in shown["executions"].as_array().unwrap() {
        let name = execution["name"].as_str().unwrap();
        search.look("runs", name, execution.to_string().as_bytes());
        let log = format!("/_emulator/run/logs?execution={name}");
        let log = kith.emulator(Method::GET, &log, None).await.body;
        search.look("logs of runs", name, log.to_string().as_bytes());
    }
}
