//! What is stored, and the rules over it.

mod counts;
mod edge;
mod edit;
mod pair;
mod profile;
mod suggest;

pub(crate) use counts::Count;
pub(crate) use edge::{Edge, EdgeState};
pub(crate) use edit::Edit;
pub(crate) use pair::{Pair, Wish};
pub(crate) use profile::{Images, Profile, fold};
pub(crate) use suggest::ranked;
