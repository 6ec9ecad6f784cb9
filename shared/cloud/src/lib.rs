#![doc = include_str!("../README.md")]

mod backplane;
mod cache;
mod cloud;
mod coalesce;
mod commit;
mod config;
mod connect;
mod deadline;
mod documents;
mod erase;
mod error;
mod events;
pub mod hash;
mod jobs;
mod locks;
mod mail;
mod naming;
mod objects;
pub mod operations;
mod retry;
mod shelf;
mod tally;
pub mod trace;

pub use backplane::Backplane;
pub use cache::Cache;
pub use cloud::Cloud;
pub use coalesce::{Coalesce, Covered, Pace};
pub use redis;

pub use commit::{
    ANSWERS_KEPT, Answered, Commit, Header, IdempotencyKey, JobRun, Outbox, Replayable, StoredAnswer, Swept,
};
pub use config::{CloudConfig, Endpoints, Timeouts};
pub use deadline::{is_late, within};
pub use documents::{Collection, Direction, Document, Documents, Moment, Query, Stored};
pub use error::{Error, Result};
pub use events::Events;
pub use jobs::Jobs;
pub use locks::{Lease, Lock, Locks};
pub use mail::{Mail, Mailer};
pub use objects::{BrokenOff, Fed, Feed, Found, NewObject, Objects, Served, SignedUpload, Source, feed};
pub use retry::on_contention;
pub use shelf::Shelf;
pub use tally::{Counted, Counts, Tally};
