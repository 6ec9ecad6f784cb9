//! Lists.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// What to ask the next page with; `null` on the last one.
    #[schema(example = "eyJhdCI6MTc2MzYyOTQ0MDEyM30.7b0f6d3e6a34")]
    pub next_cursor: Option<String>,
}
