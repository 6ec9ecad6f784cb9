//! What is told on every hub where one hears of others: feed and video.

use crate::UserId;
use serde::{Deserialize, Serialize};

/// `AccountBecamePrivate`: an account shows what it has to its followers alone from now on. Who is told had joined something of it as anybody might, and is there
/// no longer; followers may join again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountBecamePrivate {
    /// Whose account.
    pub user_id: UserId,
}

impl AccountBecamePrivate {
    /// The client method that is called.
    pub const NAME: &'static str = "AccountBecamePrivate";
}
