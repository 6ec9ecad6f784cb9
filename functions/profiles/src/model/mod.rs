//! What is stored, and the rules over it.

mod counts;
mod edge;
mod edit;
mod profile;

pub(crate) use counts::Count;
pub(crate) use edge::{Edge, EdgeState, may_follow};
pub(crate) use edit::Edit;
pub(crate) use profile::{Profile, fold};
