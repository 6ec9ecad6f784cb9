//! Bytes that come in: streamed to a file, never held whole.

mod multipart;
mod resumable;
mod whole;

pub(super) use multipart::boundary;
pub(super) use resumable::{Outcome, id as session_id};
