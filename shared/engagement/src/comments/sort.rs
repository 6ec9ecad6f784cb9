//! The orders of a list of comments.

use serde::Deserialize;
use std::fmt;
use utoipa::ToSchema;

/// The order of a list of comments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The latest first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
    /// The most reactions and direct replies first, of equals the latest; as it was when the walk began.
    Top,
}

/// As in a query.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Top => "top",
        })
    }
}
