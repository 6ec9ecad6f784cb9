//! Connection tokens: what a negotiate answer gives out and the transport brings back.
//!
//! Negotiation keeps no state, so any instance with the same key can open what another one gave out. A token is
//! `version (1) | expiry, unix ms, big endian (8) | connection id (16) | HMAC-SHA256 (32)` in base64url; the MAC
//! also covers hub and session, which the one who opens must prove by itself.

use super::{ConnectionId, Version};
use aws_lc_rs::{hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::time::{Duration, SystemTime};

const PAYLOAD: usize = 1 + 8 + 16;

/// The system has no random bits to give.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("no random bits")]
pub(crate) struct NoRandomness;

/// Whom a token is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) hub: &'a str,
    pub(crate) session: Option<&'a str>,
}

/// A fresh name and what opens it.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) connection_id: ConnectionId,
    pub(crate) token: String,
}

/// What a genuine token says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) connection_id: ConnectionId,
    pub(crate) expires: SystemTime,
}

/// Gives out tokens and knows its own again.
pub(crate) struct Signer {
    key: hmac::Key,
}

impl Signer {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    pub(crate) fn issue(
        &self,
        version: Version,
        binding: Binding<'_>,
        now: SystemTime,
        window: Duration,
    ) -> Result<Issued, NoRandomness> {
        let mut bits = [0; 16];
        rand::fill(&mut bits).map_err(|_| NoRandomness)?;
        let mut bytes = Vec::with_capacity(PAYLOAD + 32);
        bytes.push(u8::from(version == Version::One));
        bytes.extend(unix_millis(now + window).to_be_bytes());
        bytes.extend(bits);
        let mac = hmac::sign(&self.key, &signed(&bytes, binding));
        bytes.extend(mac.as_ref());
        let token = URL_SAFE_NO_PAD.encode(bytes);
        let connection_id = name(version, bits, &token);
        Ok(Issued { connection_id, token })
    }

    /// `None` for what was not given out with this key, to this hub and session.
    pub(crate) fn open(&self, token: &str, binding: Binding<'_>) -> Option<Opened> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (payload, mac) = bytes.split_at_checked(PAYLOAD)?;
        hmac::verify(&self.key, &signed(payload, binding), mac).ok()?;
        let (version, rest) = payload.split_first()?;
        let (expires, bits) = rest.split_first_chunk::<8>()?;
        let version = if *version == 0 {
            Version::Zero
        } else {
            Version::One
        };
        Some(Opened {
            connection_id: name(version, bits.try_into().ok()?, token),
            expires: SystemTime::UNIX_EPOCH + Duration::from_millis(u64::from_be_bytes(*expires)),
        })
    }
}

/// In version 0 the public name itself must open the connection.
fn name(version: Version, bits: [u8; 16], token: &str) -> ConnectionId {
    match version {
        Version::Zero => token.into(),
        Version::One => ConnectionId::from_bits(bits),
    }
}

/// What the MAC covers. Lengths stand in front, so that no two bindings give the same bytes.
fn signed(payload: &[u8], binding: Binding<'_>) -> Vec<u8> {
    let mut bytes = payload.to_vec();
    for part in [Some(binding.hub), binding.session] {
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        bytes.extend(length.to_be_bytes());
        bytes.extend(part.unwrap_or_default().as_bytes());
    }
    bytes
}

fn unix_millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const WINDOW: Duration = Duration::from_secs(15);

    fn ann(hub: &str) -> Binding<'_> {
        Binding {
            hub,
            session: Some("ann"),
        }
    }

    #[test]
    fn a_token_opens_what_it_was_given_out_for() {
        let signer = Signer::new(b"key");
        let issued = signer.issue(Version::One, ann("feed"), NOW, WINDOW).unwrap();
        assert_eq!(issued.connection_id.as_str().len(), 22);
        assert!(!issued.connection_id.as_str().contains(&issued.token));
        let opened = signer.open(&issued.token, ann("feed")).unwrap();
        assert_eq!(
            opened,
            Opened {
                connection_id: issued.connection_id,
                expires: NOW + WINDOW
            }
        );
    }

    #[test]
    fn in_version_zero_the_name_opens() {
        let signer = Signer::new(b"key");
        let issued = signer.issue(Version::Zero, ann("feed"), NOW, WINDOW).unwrap();
        let opened = signer.open(issued.connection_id.as_str(), ann("feed")).unwrap();
        assert_eq!(opened.connection_id, issued.connection_id);
    }

    #[test]
    fn it_is_bound_to_key_hub_and_session() {
        let signer = Signer::new(b"key");
        let token = signer
            .issue(Version::One, ann("feed"), NOW, WINDOW)
            .unwrap()
            .token;
        for other in [
            Binding {
                hub: "video",
                session: Some("ann"),
            },
            Binding {
                hub: "feed",
                session: Some("bob"),
            },
            Binding {
                hub: "feed",
                session: None,
            },
            Binding {
                hub: "feed",
                session: Some(""),
            },
        ] {
            assert_eq!(signer.open(&token, other), None);
        }
        assert_eq!(Signer::new(b"other").open(&token, ann("feed")), None);
    }

    proptest! {
        #[test]
        fn nothing_else_opens(text in ".*", flip in any::<prop::sample::Index>(), bit in 0u8..8) {
            let signer = Signer::new(b"key");
            prop_assert_eq!(signer.open(&text, ann("feed")), None);
            let token = signer.issue(Version::One, ann("feed"), NOW, WINDOW).unwrap().token;
            let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
            bytes[flip.index(PAYLOAD + 32)] ^= 1 << bit;
            prop_assert_eq!(signer.open(&URL_SAFE_NO_PAD.encode(bytes), ann("feed")), None);
        }
    }
}
