//! Signing in with an account elsewhere: OpenID Connect.

mod enter;
mod names;
mod providers;

pub(crate) use enter::Arrival;
pub(crate) use providers::Providers;
