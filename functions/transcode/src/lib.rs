//! The job `transcode`, and in it the media pipeline: one uploaded file in, an HLS ladder in CMAF and four thumbnails out.
//!
//! ```text
//! probe -> accept -> ladder -> command -> run (one FFmpeg) -> package -> verify -> outcome
//! ```
//!
//! Everything between the arrows that decides something is a plain function over plain types; `run`, `probe`,
//! `index` and `package::receive` are the only modules of the pipeline that touch a process, a socket or a disk. It knows
//! no cloud: a source is a path or an address that FFmpeg reads by ranges, and the results are files in a folder under
//! the relative names that they keep in the bucket. Only `job` knows the cloud.

pub mod accept;
pub mod command;
pub mod failure;
pub mod filters;
pub mod index;
mod job;
pub mod ladder;
pub mod limits;
pub mod mp4;
pub mod outcome;
pub mod package;
pub mod pipeline;
pub mod playlist;
pub mod probe;
pub mod progress;
pub mod run;
pub mod source;
pub mod thumbnails;
pub mod verify;

#[cfg(test)]
mod tests;

pub use failure::{Code, Failure};
pub use job::{description, main};
pub use limits::{Kind, Limits};
pub use outcome::{Outcome, Rendition};
pub use pipeline::pipeline;
pub use source::Source;
