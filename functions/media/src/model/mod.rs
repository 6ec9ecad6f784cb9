//! What is stored, and the rules.

mod course;
mod disposition;
mod kinds;
mod media;
mod policy;
mod view;

pub(crate) use course::{Due, Made, Times};
pub(crate) use disposition::attachment;
pub(crate) use kinds::{Lie, extension, honest, registered};
pub(crate) use media::{Begun, SHARDS, Status, StoredMedia};
pub(crate) use policy::{Policy, Rule, Upload};
