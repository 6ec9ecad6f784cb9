//! How a run that fails is tried again.

use super::fields::Seconds;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How a run that fails is tried again: `retryCount` more times, with waits that double `maxDoublings` times and grow evenly then.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "the protocol's own")]
pub(crate) struct Retry {
    pub(crate) retry_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_retry_duration: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_backoff_duration: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_backoff_duration: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_doublings: Option<u32>,
}

impl Retry {
    /// How long the attempt after `failed` failed ones waits: the shortest wait doubled up to `maxDoublings` times, then evenly longer, never above the
    /// longest.
    pub(super) fn wait(&self, failed: u32) -> Duration {
        let least = self.min_backoff_duration.map_or(Duration::from_secs(5), |d| d.0);
        let most = self.max_backoff_duration.map_or(Duration::from_hours(1), |d| d.0);
        let doublings = self.max_doublings.unwrap_or(5);
        let steps = failed.saturating_sub(1);
        let doubled = least.saturating_mul(2_u32.saturating_pow(steps.min(doublings)));
        doubled
            .saturating_mul(steps.saturating_sub(doublings) + 1)
            .min(most)
    }

    /// Whether a run is given up that failed so often, `since` after it began.
    pub(super) fn gives_up(&self, failed: u32, since: Duration) -> bool {
        let longest = self.max_retry_duration.filter(|longest| !longest.0.is_zero());
        failed > self.retry_count || longest.is_some_and(|longest| since >= longest.0)
    }
}
