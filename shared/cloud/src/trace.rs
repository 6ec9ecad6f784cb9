//! The trace that a piece of work belongs to (W3C Trace Context), passed on through events.

use std::fmt;
use std::str::FromStr;

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// A W3C `traceparent` (version 00): which trace, which span of it, and whether it is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    /// 128 bits, never zero.
    pub trace_id: u128,
    /// 64 bits, never zero.
    pub span_id: u64,
    /// Somebody records it.
    pub sampled: bool,
}

/// The text is no `traceparent` that we understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a traceparent")]
pub struct ParseTraceError;

impl TraceContext {
    /// A new trace.
    pub fn random() -> Self {
        Self {
            trace_id: uuid::Uuid::new_v4().as_u128(),
            span_id: random_span(),
            sampled: false,
        }
    }

    /// The same trace, a new span.
    pub fn child(self) -> Self {
        Self {
            span_id: random_span(),
            ..self
        }
    }

    /// The trace of the work that is going on.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|trace| *trace).ok()
    }

    /// Google's older header, `X-Cloud-Trace-Context: TRACE_ID/SPAN_ID;o=OPTIONS` (the span in decimal).
    pub fn from_cloud_header(text: &str) -> Result<Self, ParseTraceError> {
        let (trace, rest) = text.split_once('/').unwrap_or((text, ""));
        let (span, options) = rest.split_once(';').unwrap_or((rest, ""));
        let trace_id = hex(trace, 32)?;
        let span_id = span
            .parse()
            .ok()
            .filter(|id| *id != 0)
            .unwrap_or_else(random_span);
        Ok(Self {
            trace_id,
            span_id,
            sampled: options == "o=1",
        })
    }

    /// Runs `work` as a part of this trace.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }
}

fn random_span() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().1 | 1
}

fn hex(text: &str, digits: usize) -> Result<u128, ParseTraceError> {
    let lower = text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let value = if lower {
        u128::from_str_radix(text, 16).unwrap_or(0)
    } else {
        0
    };
    if value == 0 {
        Err(ParseTraceError)
    } else {
        Ok(value)
    }
}

/// `00-{trace}-{span}-{flags}`: <https://www.w3.org/TR/trace-context/#traceparent-header>
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.trace_id,
            self.span_id,
            u8::from(self.sampled)
        )
    }
}

impl FromStr for TraceContext {
    type Err = ParseTraceError;

    fn from_str(text: &str) -> Result<Self, ParseTraceError> {
        let mut parts = text.split('-');
        let (Some(version), Some(trace), Some(span), Some(flags)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseTraceError);
        };
        let later = version != "00" && version != "ff" && version.len() == 2;
        if !(later || version == "00" && parts.next().is_none()) || flags.len() != 2 {
            return Err(ParseTraceError);
        }
        let flags = u8::from_str_radix(flags, 16).map_err(|_| ParseTraceError)?;
        let span_id = u64::try_from(hex(span, 16)?).map_err(|_| ParseTraceError)?;
        Ok(Self {
            trace_id: hex(trace, 32)?,
            span_id,
            sampled: flags & 1 == 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_headers_are_read_and_nonsense_is_not() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(text.parse::<TraceContext>().unwrap().to_string(), text);
        let google = TraceContext::from_cloud_header("105445aa7843bc8bf206b12000100000/123;o=1").unwrap();
        assert_eq!((google.span_id, google.sampled), (123, true));
        for bad in [
            "",
            "00",
            "00-0-0-0",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert!(bad.parse::<TraceContext>().is_err(), "{bad}");
        }
        assert!(TraceContext::from_cloud_header("x/1").is_err());
    }
}
