//! Logs: one JSON line each for Cloud Logging, readable ones at a terminal.

mod cloud_logging;
mod request;

pub(crate) use request::{answered, request_span};

use crate::Environment;
use cloud_logging::TraceWriter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

/// What is logged unless `LOG` says otherwise.
const DEFAULT: &str = "info,firestore=warn,gcloud_sdk=warn,tower=warn,h2=warn,hyper=warn";

/// Begins to log. `LOG` is a filter (`info`, `posts=debug`), `LOG_FORMAT` is `json` or `text`; the default is `json` on Cloud Run.
/// A second call changes nothing.
pub fn start(environment: &Environment) {
    let mut reader = environment.reader();
    let filter = reader.or("LOG", DEFAULT.to_owned());
    let on_cloud_run: Option<String> = reader
        .optional("K_SERVICE")
        .or_else(|| reader.optional("CLOUD_RUN_JOB"));
    let format = reader.or(
        "LOG_FORMAT",
        if on_cloud_run.is_some() { "json" } else { "text" }.to_owned(),
    );
    let project = reader.or("GOOGLE_CLOUD_PROJECT", String::new());
    let registry = tracing_subscriber::registry().with(EnvFilter::new(filter));
    let _ = if format == "json" {
        registry
            .with(tracing_stackdriver::layer().with_writer(TraceWriter::new(project)))
            .try_init()
    } else {
        registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_target(false)
                    .with_writer(std::io::stderr),
            )
            .try_init()
    };
}
