//! What the emulator keeps of a test.

use reqwest::Client;
use serde_json::json;
use std::net::SocketAddr;
use tokio::runtime::Builder;

/// A project of the shared emulator, which goes with this: what pushes, is due or runs there would cost every later test something.
#[derive(Debug)]
pub(crate) struct Leavings {
    pub(crate) emulator: SocketAddr,
    pub(crate) project: String,
}

impl Drop for Leavings {
    fn drop(&mut self) {
        let url = format!("http://{}/_emulator/reset", self.emulator);
        let body = json!({ "project": self.project });
        // the test's own runtime ends now; when the whole binary does, the emulator goes too
        std::thread::spawn(move || {
            let http = Client::builder().no_proxy().build().expect("a client");
            let runtime = Builder::new_current_thread().enable_all().build();
            let reset = async { http.post(url).json(&body).send().await };
            // one that stays costs time, nothing else
            runtime.expect("a runtime").block_on(reset).ok();
        });
    }
}
