//! What is stored, and the rules over it.

mod group;
mod naming;
mod news;
mod note;
mod record;

pub(crate) use group::{Folded, Group};
pub(crate) use news::News;
pub(crate) use note::Note;
pub(crate) use record::Record;
