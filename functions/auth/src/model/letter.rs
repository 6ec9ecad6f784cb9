//! Mail that is to be sent.

use super::code::{Code, Purpose};
use cloud::Document;
use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A time alone would be an index that rises at one place; a random shard stands before it.
pub(crate) const SHARDS: u8 = 2;
/// The longest time between two sweeps of a letter.
const LONGEST: Duration = Duration::from_mins(30);
/// How long a letter is tried that is not about a code.
const KEPT: Duration = Duration::from_hours(24);

/// A mail that is to be sent, in `letters` until it is. It names what is to be said; the words are made when it is sent, so that no
/// code is ever stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Letter {
    pub(crate) letter_id: String,
    /// Whom it is about, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<UserId>,
    /// The address.
    pub(crate) to: String,
    pub(crate) content: Content,
    pub(crate) shard: u8,
    /// When a sweep may take it.
    pub(crate) due_at: Timestamp,
    /// How many sweeps took it.
    #[serde(default)]
    pub(crate) attempts: u32,
    /// Of no use to anybody after this.
    pub(crate) expire_at: Timestamp,
}

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Content {
    /// A one-time code: the record that it is made from, and which issue of it.
    Code {
        purpose: Purpose,
        code_id: String,
        issue: String,
    },
    /// To the address that was an account's until now: that it is no longer.
    EmailChanged,
}

impl Letter {
    /// A letter with `content`, which a sweep may take after `due`.
    pub(crate) fn new(
        user_id: Option<UserId>,
        to: &str,
        content: Content,
        now: Timestamp,
        due: Duration,
    ) -> Self {
        let id = uuid::Uuid::new_v4();
        Self {
            letter_id: id.to_string(),
            user_id,
            to: to.to_owned(),
            content,
            shard: id.as_bytes()[0] % SHARDS,
            due_at: now + due,
            attempts: 0,
            expire_at: now + KEPT,
        }
    }

    /// The letter that brings a code to `to`; of no use when the code is over.
    pub(crate) fn with_code(code: &Code, to: &str, due: Duration) -> Self {
        let content = Content::Code {
            purpose: code.purpose,
            code_id: code.id.clone(),
            issue: code.issue.clone(),
        };
        Self {
            expire_at: code.expire_at,
            ..Self::new(code.user_id, to, content, code.issued_at, due)
        }
    }

    /// The letter after a sweep could not send it: the next one waits twice as long as the last, `due` at first.
    pub(crate) fn put_off(&self, now: Timestamp, due: Duration) -> Self {
        let wait = due.saturating_mul(2_u32.saturating_pow(self.attempts));
        Self {
            attempts: self.attempts.saturating_add(1),
            due_at: now + wait.min(LONGEST),
            ..self.clone()
        }
    }
}

impl Document for Letter {
    fn id(&self) -> String {
        self.letter_id.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CodeRules;

    #[test]
    fn it_is_put_off_ever_longer_and_never_holds_a_code() {
        let rules = CodeRules {
            lifetime: Duration::from_mins(10),
            pause: Duration::ZERO,
            tries: 5,
        };
        let now = Timestamp::EPOCH;
        let code = Code::new(Purpose::ResetPassword, "ann@example.com", now, &rules);
        let mut letter = Letter::with_code(&code, "ann@example.com", Duration::from_mins(2));
        assert_eq!(letter.expire_at, code.expire_at);
        let waits: Vec<u64> = (0..6)
            .map(|_| {
                letter = letter.put_off(now, Duration::from_mins(2));
                letter.due_at.since(now).as_secs() / 60
            })
            .collect();
        assert_eq!(waits, [2, 4, 8, 16, 30, 30]);
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"key");
        assert!(
            !serde_json::to_string(&letter)
                .unwrap()
                .contains(&code.digits(&key))
        );
    }
}
