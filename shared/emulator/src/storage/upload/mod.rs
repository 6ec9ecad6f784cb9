//! Bytes that come in: streamed to a file, never held whole.

mod multipart;
mod parts;
mod resumable;
mod whole;

pub(super) use multipart::{Event, Multipart, PartHeaders, boundary};
pub(super) use resumable::{Outcome, Part, cancelled, id as session_id, resume_incomplete};
pub(super) use whole::drain;
