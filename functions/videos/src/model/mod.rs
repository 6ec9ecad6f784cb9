//! What is stored, and the rules.

mod course;
mod gone;
mod metadata;
mod upload;
mod video;
mod view;

pub(crate) use course::Silence;
pub(crate) use gone::GoneVideo;
pub(crate) use metadata::Metadata;
pub(crate) use upload::{Policy, TYPES, Upload};
pub(crate) use video::{Made, SHARDS, Video};
