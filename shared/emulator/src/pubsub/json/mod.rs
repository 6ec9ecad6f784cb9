//! Topics, subscriptions and messages in the JSON form of the protocol (<https://protobuf.dev/programming-guides/json/>): camelCase, bytes as
//! base64, durations as `"10s"`, defaults left out. Fields that are not known are refused.

mod duration;
mod message;
mod policy;
mod push;
mod snapshot;
mod state;
mod subscription;
mod topic;

pub(crate) use message::MessageJson;
pub(crate) use policy::PolicyJson;
pub(crate) use push::PushJson;
pub(crate) use snapshot::{SeekJson, SnapshotJson};
pub(crate) use subscription::SubscriptionJson;
pub(crate) use topic::TopicJson;

use serde_json::Value;
use std::collections::HashMap;

type Labels = HashMap<String, String>;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// For a feature that the emulator has not: its presence is what is refused.
fn present<T: Default>(json: Option<&Value>) -> Option<T> {
    json.map(|_| T::default())
}
