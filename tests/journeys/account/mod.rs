//! What people do with their accounts beside signing in.

mod authenticator;
mod mfa;
mod verify;
