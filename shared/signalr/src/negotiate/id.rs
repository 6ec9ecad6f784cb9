//! Names of connections.

use super::token::NoRandomness;
use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The public name of a connection: what hub code and other clients see. Opaque text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(Box<str>);

impl ConnectionId {
    /// 128 random bits in base64url (22 characters).
    pub(crate) fn random() -> Result<Self, NoRandomness> {
        let mut bits = [0; 16];
        rand::fill(&mut bits).map_err(|_| NoRandomness)?;
        Ok(Self::from_bits(bits))
    }

    pub(super) fn from_bits(bits: [u8; 16]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bits).into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ConnectionId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
