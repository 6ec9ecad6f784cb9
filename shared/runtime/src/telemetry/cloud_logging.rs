//! Cloud Logging joins lines to traces by special fields, which `tracing-stackdriver` does not write by itself.

use cloud::trace::TraceContext;
use std::io::{self, Write};
use std::sync::Arc;
use tracing_subscriber::fmt::MakeWriter;

/// Writes to standard output and adds the trace to each line.
#[derive(Debug, Clone)]
pub(super) struct TraceWriter {
    project: Arc<str>,
}

impl TraceWriter {
    pub(super) fn new(project: String) -> Self {
        Self {
            project: project.into(),
        }
    }
}

impl Write for TraceWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut out = io::stdout().lock();
        match (line.strip_suffix(b"}\n"), TraceContext::current()) {
            (Some(open), Some(trace)) => {
                out.write_all(open)?;
                out.write_all(fields(&self.project, trace).as_bytes())?;
            }
            _ => out.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// <https://cloud.google.com/logging/docs/structured-logging#special-payload-fields>
fn fields(project: &str, trace: TraceContext) -> String {
    let TraceContext {
        trace_id,
        span_id,
        sampled,
    } = trace;
    format!(
        ",\"logging.googleapis.com/trace\":\"projects/{project}/traces/{trace_id:032x}\",\
         \"logging.googleapis.com/spanId\":\"{span_id:016x}\",\
         \"logging.googleapis.com/trace_sampled\":{sampled}}}\n"
    )
}

impl<'a> MakeWriter<'a> for TraceWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_stays_one_json_object() {
        let trace: TraceContext = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            .parse()
            .unwrap();
        let line = format!("{{\"message\":\"x\"{}", fields("p", trace));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            value["logging.googleapis.com/trace"],
            "projects/p/traces/0af7651916cd43dd8448eb211c80319c"
        );
        assert_eq!(value["logging.googleapis.com/trace_sampled"], true);
    }
}
