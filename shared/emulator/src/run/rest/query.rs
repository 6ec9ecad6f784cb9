//! The parameters of a request's address.

use tonic::Status;

/// The parameters that are understood; the rest is refused.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

/// What requests may say. The last five say how the answer is written.
const KNOWN: [&str; 12] = [
    "jobId",
    "pageSize",
    "pageToken",
    "validateOnly",
    "allowMissing",
    "etag",
    "showDeleted",
    "alt",
    "$alt",
    "fields",
    "prettyPrint",
    "key",
];

impl Query {
    pub(super) fn parse(query: &str) -> Result<Self, Status> {
        let base = reqwest::Url::parse(&format!("http://localhost/?{query}"));
        let base = base.map_err(|error| Status::invalid_argument(error.to_string()))?;
        let pairs: Vec<(String, String)> = base.query_pairs().into_owned().collect();
        let unset = |value: &str| matches!(value, "" | "false");
        for (name, value) in &pairs {
            if !KNOWN.contains(&name.as_str()) && !unset(value) {
                return Err(Status::unimplemented(format!(
                    "the emulator has no parameter `{name}` here"
                )));
            }
        }
        Ok(Self(pairs))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is `true`.
    pub(super) fn is(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// One page of `all`, in the order of names; the token is the last name.
    pub(super) fn page<T>(&self, all: impl Iterator<Item = (String, T)>) -> Result<Page<T>, Status> {
        let size = match self.get("pageSize").map(str::parse::<i64>) {
            None | Some(Ok(0)) => 100,
            Some(Ok(size @ 1..)) => usize::try_from(size).unwrap_or(usize::MAX),
            Some(_) => return Err(Status::invalid_argument("pageSize must be a number from 0 on.")),
        };
        let after = self.get("pageToken").unwrap_or_default();
        let mut rest = all.filter(|(name, _)| name.as_str() > after);
        let page: Vec<(String, T)> = rest.by_ref().take(size).collect();
        let more = rest.next().is_some();
        let token = page.last().filter(|_| more).map(|(name, _)| name.clone());
        Ok(Page {
            found: page.into_iter().map(|(_, value)| value).collect(),
            token: token.unwrap_or_default(),
        })
    }
}

/// Some of a list; the token is empty on its last page.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) found: Vec<T>,
    pub(super) token: String,
}
