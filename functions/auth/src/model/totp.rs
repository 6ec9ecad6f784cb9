//! Codes of an authenticator app: TOTP (RFC 6238) over HMAC-SHA-1, six digits, steps of 30 s, which every such app takes; and recovery codes.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use cloud::hash;
use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Seconds that a code is shown for.
const STEP: i64 = 30;
/// How many steps a phone's clock may be off (RFC 6238, section 5.2).
const DRIFT: i64 = 1;
/// How many digits a code has.
const DIGITS: usize = 6;
/// Bytes of a secret: those of the hash (RFC 4226, section 4, R6).
pub(crate) const SECRET: usize = 20;
/// Recovery codes that are given out.
pub(crate) const RECOVERY_CODES: usize = 10;
/// Random bytes of a recovery code.
pub(crate) const RECOVERY: usize = 10;

/// An account's second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Totp {
    /// The secret, sealed.
    pub(crate) sealed: String,
    /// When its owner proved that their app has it; before that it is asked for nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) confirmed_at: Option<Timestamp>,
    /// The step of the code that was accepted last: neither it nor an earlier one is accepted again.
    pub(crate) last_step: i64,
    /// Hashes of the recovery codes that were not used yet.
    pub(crate) recovery: Vec<String>,
}

impl Totp {
    /// One that waits for its first code.
    pub(crate) const fn begun(sealed: String) -> Self {
        Self {
            sealed,
            confirmed_at: None,
            last_step: 0,
            recovery: Vec::new(),
        }
    }

    /// The second factor after `otp` was used up: a code of the app or a recovery code; none when it is neither.
    pub(crate) fn used(&self, otp: &str, secret: &[u8], user: UserId, now: Timestamp) -> Option<Self> {
        let typed: String = otp
            .chars()
            .filter(|c| !matches!(c, ' ' | '-'))
            .flat_map(char::to_lowercase)
            .collect();
        if typed.len() == DIGITS && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            let last_step = self.step_of(&typed, secret, now)?;
            return Some(Self {
                last_step,
                ..self.clone()
            });
        }
        let hash = recovery_hash(user, &typed);
        let place = self.recovery.iter().position(|kept| *kept == hash)?;
        let mut left = self.clone();
        left.recovery.remove(place);
        Some(left)
    }

    /// Which step shows `typed`, of those that may be accepted `now`.
    fn step_of(&self, typed: &str, secret: &[u8], now: Timestamp) -> Option<i64> {
        let step = now.as_seconds().div_euclid(STEP);
        let mut acceptable = (step - DRIFT..=step + DRIFT).filter(|step| *step > self.last_step);
        acceptable.find(|step| {
            let shown = format!("{:0DIGITS$}", truncated(secret, *step) % 1_000_000);
            verify_slices_are_equal(shown.as_bytes(), typed.as_bytes()).is_ok()
        })
    }
}

/// The 31 bits that a code's digits are taken from: RFC 4226, section 5.3.
fn truncated(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let mac = hmac::sign(&key, &step.to_be_bytes());
    let mac = mac.as_ref();
    let offset = usize::from(mac.last().copied().unwrap_or_default() & 0xf);
    let four = mac.get(offset..offset + 4).unwrap_or_default();
    four.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) & 0x7fff_ffff
}

/// Base32 (RFC 4648, section 6) without padding, in capitals.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or_default();
        usize::from(byte >> (7 - at % 8) & 1)
    };
    (0..(bytes.len() * 8).div_ceil(5))
        .map(|group| (0..5).fold(0, |value, place| value << 1 | bit(group * 5 + place)))
        .map(|value| char::from(ALPHABET[value & 31]))
        .collect()
}

/// A recovery code as its owner writes it down: `abcd-efgh-ijkl-mnop`.
pub(crate) fn recovery_code(random: &[u8; RECOVERY]) -> String {
    let text = base32(random).to_lowercase();
    let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..at + 4]).collect();
    groups.join("-")
}

/// What is stored of a recovery code: it is random enough for a plain hash.
pub(crate) fn recovery_hash(user: UserId, code: &str) -> String {
    hash::key(&[b"recovery", user.as_bytes(), code.replace('-', "").as_bytes()])
}

/// What apps read from a QR code: <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
pub(crate) fn uri(issuer: &str, username: &str, secret: &str) -> String {
    let escape = |text: &str| {
        let escaped: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        escaped.replace('+', "%20")
    };
    let (issuer, username) = (escape(issuer), escape(username));
    format!(
        "otpauth://totp/{issuer}:{username}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn user() -> UserId {
        UserId::from_bytes([1; 16])
    }

    fn shown(seconds: i64) -> String {
        format!("{:06}", truncated(SECRET, seconds / STEP) % 1_000_000)
    }

    /// RFC 6238, appendix B, the rows of SHA-1 (eight digits).
    #[test]
    fn the_vectors_of_the_rfc() {
        let vectors = [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ];
        for (seconds, code) in vectors {
            assert_eq!(truncated(SECRET, seconds / STEP) % 100_000_000, code, "{seconds}");
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn base32_as_in_its_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_code_is_good_for_a_minute_and_a_half_and_once() {
        let totp = Totp::begun(String::new());
        for (now, accepted) in [
            (1000, true),
            (1019, true),
            (1049, true),
            (1050, false),
            (960, true),
            (959, false),
        ] {
            assert_eq!(
                totp.used(&shown(1000), SECRET, user(), at(now)).is_some(),
                accepted,
                "{now}"
            );
        }
        let once = totp.used(&shown(1000), SECRET, user(), at(1000)).unwrap();
        assert_eq!(
            once.used(&shown(1000), SECRET, user(), at(1000)),
            None,
            "replayed"
        );
        assert_eq!(
            once.used(&shown(970), SECRET, user(), at(1000)),
            None,
            "an older one"
        );
        assert!(
            once.used(&shown(1030), SECRET, user(), at(1000)).is_some(),
            "the next one"
        );
    }

    #[test]
    fn a_recovery_code_is_good_once_however_it_is_typed() {
        let code = recovery_code(&[7; RECOVERY]);
        assert_eq!(code.len(), 19);
        let totp = Totp {
            recovery: vec![recovery_hash(user(), &code)],
            ..Totp::begun(String::new())
        };
        for typed in [code.clone(), code.replace('-', ""), code.to_uppercase()] {
            let used = totp.used(&typed, SECRET, user(), at(0)).unwrap();
            assert!(used.recovery.is_empty());
            assert_eq!(used.used(&typed, SECRET, user(), at(0)), None);
        }
        assert_eq!(
            totp.used(&code, SECRET, UserId::from_bytes([2; 16]), at(0)),
            None,
            "another person's"
        );
    }

    proptest! {
        #[test]
        fn nothing_else_is_accepted(typed in "\\PC{0,20}") {
            let totp = Totp { recovery: vec![recovery_hash(user(), &recovery_code(&[7; RECOVERY]))], ..Totp::begun(String::new()) };
            let right = [shown(1000), shown(970), shown(1030)].contains(&typed);
            prop_assert_eq!(totp.used(&typed, SECRET, user(), at(1000)).is_some(), right);
        }
    }
}
