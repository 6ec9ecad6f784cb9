//! Hashes that other systems made: bcrypt, and ASP.NET Identity's. They are verified, and replaced at the next sign-in.

use aws_lc_rs::pbkdf2::{self, Algorithm};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::num::NonZeroU32;

/// More than anybody uses; a stored hash is no way to keep a processor busy.
const MOST_ITERATIONS: u32 = 2_000_000;
const MOST_BCRYPT_COST: u32 = 16;

/// A hash in one of these forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Imported {
    /// `$2a$`, `$2b$`, `$2x$` or `$2y$`, cost, salt and hash (Provos and Mazières 1999).
    Bcrypt(String),
    /// PBKDF2, as `Microsoft.AspNetCore.Identity.PasswordHasher` writes it.
    Identity(Identity),
}

/// The function under PBKDF2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Sha1,
    Sha256,
    Sha512,
}

impl Function {
    const fn algorithm(self) -> Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

/// The parts of ASP.NET Identity's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    function: Function,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    key: Vec<u8>,
}

impl Imported {
    /// What `hash` is, if it is one of these.
    pub(super) fn read(hash: &str) -> Option<Self> {
        if hash.starts_with("$2") {
            let cost: u32 = hash.split('$').nth(2)?.parse().ok()?;
            return (hash.len() == 60 && cost <= MOST_BCRYPT_COST).then(|| Self::Bcrypt(hash.to_owned()));
        }
        let bytes = BASE64_STANDARD.decode(hash).ok()?;
        match bytes.split_first()? {
            (0, rest) => version_2(rest),
            (1, rest) => version_3(rest),
            _ => None,
        }
        .map(Self::Identity)
    }

    /// Whether it is the hash of `password`.
    pub(super) fn verify(&self, password: &str) -> bool {
        match self {
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
            Self::Identity(identity) => identity.verify(password),
        }
    }
}

impl Identity {
    fn verify(&self, password: &str) -> bool {
        let Self {
            function,
            iterations,
            salt,
            key,
        } = self;
        pbkdf2::verify(function.algorithm(), *iterations, salt, password.as_bytes(), key).is_ok()
    }
}

/// Version 2: HMAC-SHA-1, 1000 iterations, 16 bytes of salt, 32 of key.
fn version_2(bytes: &[u8]) -> Option<Identity> {
    let (salt, key) = bytes.split_at_checked(16)?;
    (key.len() == 32).then(|| Identity {
        function: Function::Sha1,
        iterations: NonZeroU32::new(1000).unwrap_or(NonZeroU32::MIN),
        salt: salt.to_vec(),
        key: key.to_vec(),
    })
}

/// Version 3: function, iterations and length of the salt as big-endian numbers of four bytes; then salt and key.
fn version_3(bytes: &[u8]) -> Option<Identity> {
    let (function, rest) = number(bytes)?;
    let (iterations, rest) = number(rest)?;
    let (length, rest) = number(rest)?;
    let function = match function {
        0 => Function::Sha1,
        1 => Function::Sha256,
        2 => Function::Sha512,
        _ => return None,
    };
    let (salt, key) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let iterations = NonZeroU32::new(iterations).filter(|n| n.get() <= MOST_ITERATIONS)?;
    // shorter than 128 bits Identity itself refuses
    (salt.len() >= 16 && (16..=64).contains(&key.len())).then(|| Identity {
        function,
        iterations,
        salt: salt.to_vec(),
        key: key.to_vec(),
    })
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As ASP.NET Core writes it, with the salt 0 to 15.
    fn identity(function: Option<u32>, iterations: u32, password: &str) -> String {
        let salt: Vec<u8> = (0..16).collect();
        let algorithm = match function {
            None | Some(0) => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(1) => pbkdf2::PBKDF2_HMAC_SHA256,
            _ => pbkdf2::PBKDF2_HMAC_SHA512,
        };
        let mut key = [0; 32];
        let rounds = NonZeroU32::new(iterations).unwrap();
        pbkdf2::derive(algorithm, rounds, &salt, password.as_bytes(), &mut key);
        let mut bytes = match function {
            None => vec![0],
            Some(function) => {
                let numbers = [function, iterations, 16].map(u32::to_be_bytes).concat();
                [vec![1], numbers].concat()
            }
        };
        bytes.extend(salt);
        bytes.extend(key);
        BASE64_STANDARD.encode(bytes)
    }

    fn verify(hash: &str, password: &str) -> Option<bool> {
        Imported::read(hash).map(|imported| imported.verify(password))
    }

    #[test]
    fn what_others_hashed_is_verified() {
        // the first of John the Ripper's test vectors for bcrypt
        let bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
        assert_eq!(verify(bcrypt, "U*U"), Some(true));
        assert_eq!(verify(bcrypt, "U*V"), Some(false));
        for (function, iterations) in [(None, 1000), (Some(0), 1000), (Some(1), 10_000), (Some(2), 1_000)] {
            let hash = identity(function, iterations, "correct horse");
            assert_eq!(verify(&hash, "correct horse"), Some(true), "{function:?}");
            assert_eq!(verify(&hash, "wrong horse"), Some(false), "{function:?}");
        }
    }

    #[test]
    fn what_would_keep_a_processor_busy_is_no_hash() {
        let endless = identity(Some(1), 1, "x").replace("AQAAAAEAAAAB", "AQAAAAH/////");
        assert_ne!(endless, identity(Some(1), 1, "x"), "it was replaced");
        assert_eq!(Imported::read(&endless), None);
        assert_eq!(
            Imported::read("$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            None
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,100}", bytes: Vec<u8>) {
            let _ = Imported::read(&text);
            let _ = Imported::read(&format!("$2{text}"));
            let _ = Imported::read(&BASE64_STANDARD.encode(bytes));
        }
    }
}
