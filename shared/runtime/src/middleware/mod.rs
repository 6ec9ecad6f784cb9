//! What every request passes.

mod body;
mod cors;
mod request;

pub(crate) use body::buffer;
pub(crate) use cors::cors;
pub(crate) use request::{attend, panicked};
