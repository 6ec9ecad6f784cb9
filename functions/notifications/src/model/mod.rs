//! What is stored, and the rules over it.

mod group;
mod naming;
mod note;
mod record;

pub(crate) use group::{Folded, Group};
pub(crate) use note::Note;
pub(crate) use record::Record;
