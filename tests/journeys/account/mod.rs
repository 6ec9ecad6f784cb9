//! What people do with their accounts beside signing in.

pub(crate) mod authenticator;
pub(crate) mod elsewhere;
pub(crate) mod export;
mod keys;
mod leaving;
mod mfa;
mod verify;
