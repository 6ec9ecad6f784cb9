//! All of Kith in one process: every function, the emulator of Google's services, and a child Redis.

mod environment;
mod kith;
mod objects;
mod parts;
pub mod provision;
mod recount;
mod redis;
mod secrets;

pub use environment::{Addresses, environment, job_environment};
pub use kith::{Kith, KithError, Options};
pub use objects::with_objects;
pub use parts::{Description, INDEXES, describe, functions, jobs};
pub use recount::{environment_beside, recount};
pub use redis::{Redis, RedisError};
pub use secrets::{Secrets, SecretsError};
