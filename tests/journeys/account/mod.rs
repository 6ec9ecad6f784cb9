//! What people do with their accounts beside signing in.

mod authenticator;
mod elsewhere;
mod export;
mod keys;
mod leaving;
mod mfa;
mod scan;
mod verify;
