//! Hub `notifications`: a connection belongs to its user.

use super::{Hub, HubEvent};
use crate::resources::Notification;
use serde::{Deserialize, Serialize};

/// `NewNotification`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewNotification {
    /// The entry as REST shows it.
    pub notification: Notification,
    /// How many entries are unread with it.
    pub unread_count: u64,
}

impl HubEvent for NewNotification {
    const HUB: Hub = Hub::Notifications;
    const NAME: &'static str = "NewNotification";
}

/// `UnreadCountChanged`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadCountChanged {
    /// How many entries are unread.
    pub unread_count: u64,
}

impl HubEvent for UnreadCountChanged {
    const HUB: Hub = Hub::Notifications;
    const NAME: &'static str = "UnreadCountChanged";
}
