//! Answers, as tests look at them.

use reqwest::Response;
use serde_json::Value;
use std::collections::BTreeMap;

/// An answer: status, headers by lower-case name, and the body as JSON (`null` when it is empty, text when it is not JSON).
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
        let headers = headers.collect();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text)
            .unwrap_or_else(|_| if text.is_empty() { Value::Null } else { text.into() });
        Self {
            status,
            headers,
            body,
        }
    }

    /// The body of an answer with this status; any other fails the test with what came instead.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The body of a 2xx.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.body
        );
        self.body
    }

    /// Fails the test unless this is a problem with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.body
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        self.body
    }

    /// What the request cost: `reads`, `writes`, `deletes`, `redis` or `published`.
    #[track_caller]
    pub fn cost(&self, operation: &str) -> u64 {
        cost_in(&self.headers["kith-operations"], operation)
    }
}

/// What a `kith-operations` header says of an operation, as [`Answer::cost`].
#[track_caller]
pub fn cost_in(header: &str, operation: &str) -> u64 {
    let named = |part: &str| part.strip_prefix(operation)?.strip_prefix('=')?.parse().ok();
    header
        .split(',')
        .find_map(named)
        .unwrap_or_else(|| panic!("no {operation} in {header}"))
}
