//! The answers to a negotiate request, and the tokens in them.

mod answer;
mod id;
mod token;

pub use answer::{Answer, Version, requested_version};
pub use id::ConnectionId;
pub(crate) use token::{Binding, Signer};
