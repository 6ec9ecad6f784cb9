//! Rate limits: how many requests a person, and an address, may send.
//!
//! Each request takes from two token buckets, that of its caller (when the token is good) and that of its address, both of its route class. They are
//! in Redis, so that all instances share them: two commands in one round trip for each request, not counted in `Kith-Operations`, which is what the
//! handler does. Without Redis reads, writes and uploads go on unlimited, and the log says how many did; `auth` falls back to buckets of the process.

mod admit;
mod bucket;
mod class;
mod headers;
mod quota;
mod store;

pub(crate) use admit::admit;
pub(crate) use quota::Quotas;
pub(crate) use store::Limiter;
