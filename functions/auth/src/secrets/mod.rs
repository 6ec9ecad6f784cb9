//! What only this function knows: the keys that sign, and how passwords are hashed.

mod background;
mod hashing;
mod imported;
mod keyring;
mod sealing;
mod signing;

pub(crate) use hashing::Passwords;
pub(crate) use keyring::Keyring;
pub(crate) use sealing::Sealer;
pub(crate) use signing::Signer;
pub use signing::new_signing_key;
