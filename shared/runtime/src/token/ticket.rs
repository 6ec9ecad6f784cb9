//! Tickets: what opens a hub where the access token cannot come along, because another address sent the client there.
//!
//! A ticket is `kith1.PAYLOAD.MAC` in base64url: the payload is JSON, the MAC HMAC-SHA256 over what stands before it. It is good
//! for one hub and one session, for a minute.

use crate::Caller;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::hub::Hub;
use contracts::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a ticket opens.
pub const TICKET_LIFETIME: Duration = Duration::from_mins(1);
/// What every ticket begins with. No JWT does: theirs begin with `eyJ`.
const MARK: &str = "kith1.";

/// Who may open what, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// The hub it opens.
    pub hub: Hub,
    /// For whom.
    pub user_id: UserId,
    /// On which device.
    pub session_id: SessionId,
    /// Until when it opens.
    pub opens_until: Timestamp,
    /// Until when the access token is good that it was given for.
    pub token_expires: Timestamp,
}

/// Gives out tickets and knows its own again.
#[derive(Debug, Clone)]
pub struct Tickets {
    key: hmac::Key,
}

impl Tickets {
    /// With the deployment's key, the same wherever tickets are given out and taken.
    ///
    /// # Errors
    /// A key of less than 32 characters.
    pub fn new(key: &str) -> Result<Self, &'static str> {
        if key.len() < 32 {
            return Err("at least 32 characters");
        }
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()),
        })
    }

    /// A ticket to `hub` for `caller`.
    ///
    /// # Errors
    /// It does not become JSON.
    pub fn issue(&self, hub: Hub, caller: &Caller, now: Timestamp) -> serde_json::Result<String> {
        let ticket = Ticket {
            hub,
            user_id: caller.user_id,
            session_id: caller.session_id,
            opens_until: now + TICKET_LIFETIME,
            token_expires: caller.token_expires,
        };
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&ticket)?);
        let signed = format!("{MARK}{payload}");
        let mac = hmac::sign(&self.key, signed.as_bytes());
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }

    /// Whether the text wants to be a ticket rather than an access token.
    pub fn is_ticket(text: &str) -> bool {
        text.starts_with(MARK)
    }

    /// What a genuine ticket says; whether it is still good is for the taker to see.
    pub fn open(&self, text: &str) -> Option<Ticket> {
        let (signed, mac) = text.rsplit_once('.')?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        hmac::verify(&self.key, signed.as_bytes(), &mac).ok()?;
        let payload = signed.strip_prefix(MARK)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// A secret for another purpose, made of the same key.
    pub fn derive(&self, purpose: &str) -> Vec<u8> {
        hmac::sign(&self.key, purpose.as_bytes()).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "a key of at least thirty-two characters";

    fn tickets() -> Tickets {
        Tickets::new(KEY).unwrap()
    }

    fn caller() -> Caller {
        Caller {
            user_id: UserId::from_bytes([1; 16]),
            session_id: SessionId::from_bytes([2; 16]),
            username: "ann".to_owned(),
            roles: Vec::new(),
            token_expires: Timestamp::from_millis(900_000),
        }
    }

    #[test]
    fn it_says_for_whom_and_where_and_until_when() {
        let text = tickets().issue(Hub::Feed, &caller(), Timestamp::EPOCH).unwrap();
        assert!(Tickets::is_ticket(&text));
        let expected = Ticket {
            hub: Hub::Feed,
            user_id: caller().user_id,
            session_id: caller().session_id,
            opens_until: Timestamp::from_millis(60_000),
            token_expires: caller().token_expires,
        };
        assert_eq!(tickets().open(&text), Some(expected));
    }

    #[test]
    fn another_key_does_not_open_it_and_a_short_one_is_none() {
        let text = tickets().issue(Hub::Feed, &caller(), Timestamp::EPOCH).unwrap();
        let other = Tickets::new("another key of thirty-two characters").unwrap();
        assert_eq!(other.open(&text), None);
        assert_ne!(other.derive("a"), tickets().derive("a"));
        assert_ne!(tickets().derive("a"), tickets().derive("b"));
        assert!(Tickets::new("short").is_err());
    }

    proptest! {
        #[test]
        fn nothing_else_opens(junk in ".*", at in any::<prop::sample::Index>(), with in "[A-Za-z0-9_.-]") {
            let tickets = tickets();
            prop_assert_eq!(tickets.open(&junk), None);
            let text = tickets.issue(Hub::Video, &caller(), Timestamp::EPOCH).unwrap();
            let at = at.index(text.len());
            let mut changed = text.clone();
            changed.replace_range(at..=at, &with);
            // the last character of base64 holds bits that stand for nothing, and those must be zero
            prop_assert_eq!(tickets.open(&changed).is_some(), changed == text);
        }
    }
}
