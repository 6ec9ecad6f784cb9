//! An authenticator app, as people have it on their phones: RFC 6238 once more, from the text that it scans.

use aws_lc_rs::hmac;
use contracts::Clock;
use serde_json::Value;

/// An app that has scanned a secret.
pub(crate) struct Authenticator(Vec<u8>);

impl Authenticator {
    /// One that scanned what enrolling answered.
    pub(crate) fn scan(enrolment: &Value) -> Self {
        let uri = enrolment["otpauthUri"].as_str().unwrap();
        let secret = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
        assert_eq!(secret, enrolment["secret"].as_str().unwrap(), "{uri}");
        Self(from_base32(secret))
    }

    /// The code it shows in so many steps of 30 s from now.
    pub(crate) fn code(&self, steps_ahead: i64) -> String {
        let step = Clock::system().now().as_seconds() / 30 + steps_ahead;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let mac = hmac::sign(&key, &step.to_be_bytes());
        let at = usize::from(mac.as_ref()[19] & 15);
        let four: [u8; 4] = mac.as_ref()[at..at + 4].try_into().unwrap();
        format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
    }

    /// Six digits that it shows at no acceptable moment.
    pub(crate) fn wrong_code(&self) -> String {
        let shown: Vec<String> = (-3..=3).map(|ahead| self.code(ahead)).collect();
        let mut codes = (0..).map(|n| format!("{n:06}"));
        codes.find(|code| !shown.contains(code)).unwrap()
    }
}

fn from_base32(text: &str) -> Vec<u8> {
    let values = text.bytes().map(|c| {
        if c.is_ascii_uppercase() {
            c - b'A'
        } else {
            c - b'2' + 26
        }
    });
    let bits: Vec<u8> = values
        .flat_map(|value| (0..5).rev().map(move |bit| value >> bit & 1))
        .collect();
    let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | bit);
    bits.chunks_exact(8).map(byte).collect()
}
