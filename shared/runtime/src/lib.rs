#![doc = include_str!("../README.md")]

mod answer;
mod app;
mod child;
pub mod config;
mod context;
mod cursor;
mod describe;
mod entry;
mod error;
mod events;
mod extract;
mod farewell;
mod function;
mod health;
mod holding;
mod limits;
mod middleware;
mod openapi;
mod schedule;
mod serve;
mod telemetry;
pub mod token;

pub use answer::{Created, Json, NoContent, Tagged};
pub use app::{App, Assembled};
pub use child::with_parent_death;
pub use config::{Environment, Reader, Settings};
pub use context::{Context, SetupError};
pub use cursor::Cursor;
pub use describe::{Bucket, Description, JobDescription, Need, Route, Schedule, Subscription};
pub use entry::{install_crypto, job, main};
pub use error::{Error, Result};
pub use extract::{
    Body, BodyOrForm, Caller, ClientIp, Form, Idempotency, IfMatch, MayBody, Moderator, NoBody, PageQuery,
    Part, Path, Query, Viewer,
};
pub use function::{Building, Function};
pub use holding::{EXPORTS, Erased, Export, Holder, Step};
pub use schedule::Every;
pub use serve::{serve, told_to_stop};
pub use telemetry::start as start_telemetry;
