//! One-time codes: six digits that a person gets by mail.
//!
//! No code is stored: it is the HMAC, under a key of the server, of what is stored (RFC 4226 has the idea). Who reads the database learns
//! none, and a mail can be written again after a crash.

use aws_lc_rs::{constant_time, hmac};
use cloud::{Document, hash};
use contracts::{Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a code proves that somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Purpose {
    /// Their e-mail address is their own. The subject is the user id.
    VerifyEmail,
    /// They may set a new password. The subject is the address that was asked about, whether it is known or not.
    ResetPassword,
    /// A new address is their own. The subject is the user id.
    ChangeEmail,
}

/// A code that was asked for, in `codes` under a hash of purpose and subject: a new one takes the place of the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Code {
    pub(crate) id: String,
    pub(crate) purpose: Purpose,
    /// Random: what the digits are made from.
    pub(crate) issue: String,
    /// Whose it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<UserId>,
    /// What it is for beside its subject: the new address, for [`Purpose::ChangeEmail`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) about: Option<String>,
    /// Wrong tries so far.
    pub(crate) tries: u32,
    pub(crate) issued_at: Timestamp,
    /// A TTL policy deletes it after this.
    pub(crate) expire_at: Timestamp,
}

/// How long codes live, and how often they are mailed and tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodeRules {
    /// How long a code is good.
    pub(crate) lifetime: Duration,
    /// How long after one code the next may be asked for.
    pub(crate) pause: Duration,
    /// How many wrong tries end it.
    pub(crate) tries: u32,
}

/// What a try comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Try {
    /// It is the code.
    Right,
    /// It is not, and this is the code's record now.
    Wrong(Box<Code>),
    /// The code is over, whatever was tried.
    Over,
}

impl CodeRules {
    /// # Errors
    /// 429 while the last code is younger than the pause.
    pub(crate) fn may_issue(&self, previous: Option<&Code>, now: Timestamp) -> Result<(), Refusal> {
        let wait = previous.map_or(Duration::ZERO, |code| {
            self.pause.saturating_sub(now.since(code.issued_at))
        });
        if wait.is_zero() {
            return Ok(());
        }
        Err(Refusal::TooMany {
            retry_after: wait.as_secs().max(1),
        })
    }
}

impl Code {
    /// Where the code of `subject` for `purpose` is.
    pub(crate) fn id_of(purpose: Purpose, subject: &str) -> String {
        let purpose = match purpose {
            Purpose::VerifyEmail => "verify-email",
            Purpose::ResetPassword => "reset-password",
            Purpose::ChangeEmail => "change-email",
        };
        hash::key(&[b"code", purpose.as_bytes(), subject.as_bytes()])
    }

    /// A new one.
    pub(crate) fn new(purpose: Purpose, subject: &str, now: Timestamp, rules: &CodeRules) -> Self {
        Self {
            id: Self::id_of(purpose, subject),
            purpose,
            issue: uuid::Uuid::new_v4().to_string(),
            user_id: None,
            about: None,
            tries: 0,
            issued_at: now,
            expire_at: now + rules.lifetime,
        }
    }

    /// The six digits: HMAC-SHA-256 of record and issue, its first eight bytes modulo a million.
    pub(crate) fn digits(&self, key: &hmac::Key) -> String {
        let mut context = hmac::Context::with_key(key);
        for part in [
            &self.id,
            &self.issue,
            self.about.as_ref().unwrap_or(&String::new()),
        ] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let tag = context.sign();
        let number = tag
            .as_ref()
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// What `given` comes to `now`.
    pub(crate) fn judge(&self, given: &str, key: &hmac::Key, now: Timestamp, rules: &CodeRules) -> Try {
        if now >= self.expire_at || self.tries >= rules.tries {
            return Try::Over;
        }
        let right = constant_time::verify_slices_are_equal(given.as_bytes(), self.digits(key).as_bytes());
        if right.is_ok() {
            return Try::Right;
        }
        Try::Wrong(Box::new(Self {
            tries: self.tries + 1,
            ..self.clone()
        }))
    }
}

impl Document for Code {
    fn id(&self) -> String {
        self.id.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULES: CodeRules = CodeRules {
        lifetime: Duration::from_mins(10),
        pause: Duration::from_mins(1),
        tries: 5,
    };

    fn key() -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, b"a key")
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    fn code() -> Code {
        Code::new(Purpose::VerifyEmail, "ann", at(0), &RULES)
    }

    /// Six digits that are not the code's.
    fn wrong(code: &Code) -> &'static str {
        if code.digits(&key()) == "000000" {
            "000001"
        } else {
            "000000"
        }
    }

    #[test]
    fn it_is_good_for_ten_minutes() {
        let code = code();
        let digits = code.digits(&key());
        assert!(digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()));
        assert_eq!(code.judge(&digits, &key(), at(599), &RULES), Try::Right);
        assert_eq!(code.judge(&digits, &key(), at(600), &RULES), Try::Over);
    }

    #[test]
    fn five_wrong_tries_end_it() {
        let mut code = code();
        for tries in 1..=5 {
            let Try::Wrong(next) = code.judge(wrong(&code), &key(), at(1), &RULES) else {
                panic!("try {tries}")
            };
            code = *next;
        }
        assert_eq!(code.judge(&code.digits(&key()), &key(), at(1), &RULES), Try::Over);
    }

    #[test]
    fn the_next_one_waits_a_minute() {
        let code = code();
        assert!(RULES.may_issue(None, at(0)).is_ok());
        let wait = RULES.may_issue(Some(&code), at(20));
        assert_eq!(wait, Err(Refusal::TooMany { retry_after: 40 }));
        assert!(RULES.may_issue(Some(&code), at(60)).is_ok());
    }

    #[test]
    fn one_purpose_is_not_another() {
        let ids = [Purpose::VerifyEmail, Purpose::ResetPassword, Purpose::ChangeEmail]
            .map(|purpose| Code::id_of(purpose, "ann"));
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    }

    proptest! {
        #[test]
        fn only_its_own_digits_are_right(given in "[0-9]{6}|\\PC{0,8}") {
            let code = code();
            let right = code.judge(&given, &key(), at(1), &RULES) == Try::Right;
            prop_assert_eq!(right, given == code.digits(&key()));
        }

        #[test]
        fn digits_depend_on_key_record_issue_and_what_it_is_about(other in "[a-z]{1,20}") {
            let one = Code { issue: "0".to_owned(), ..code() };
            let digits = one.digits(&key());
            let changed = [
                Code { issue: other.clone(), ..one.clone() }.digits(&key()),
                Code { about: Some(other.clone()), ..one.clone() }.digits(&key()),
                Code { id: other.clone(), ..one.clone() }.digits(&key()),
                one.digits(&hmac::Key::new(hmac::HMAC_SHA256, other.as_bytes())),
            ];
            // two of a million may meet; all four do not
            prop_assert!(changed.iter().any(|changed| *changed != digits));
        }
    }
}
