//! The state of a topic or a subscription.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The state that goes out; one that comes in, by name or number, is not for the client to set.
#[derive(Debug, Default, Serialize)]
pub(super) struct State(pub(super) &'static str);

/// Reads a state and forgets it.
pub(super) fn ignored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<State, D::Error> {
    Value::deserialize(deserializer).map(|_| State::default())
}
