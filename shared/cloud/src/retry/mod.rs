//! Trying again: only where that is safe, with jitter, and not for ever.

mod contention;
mod google;
mod pause;
mod policy;
mod repeat;

pub use contention::on_contention;
pub(crate) use google::{Policy, code, of_http};
pub(crate) use pause::{pause, rest};
pub(crate) use policy::{ATTEMPTS, Call, Next, next};
pub(crate) use repeat::{attempt, repeat};
