#![doc = include_str!("../README.md")]

mod animation;
mod blurhash;
mod colour;
mod decode;
mod encode;
mod examine;
mod flaw;
mod format;
mod jpeg;
mod limits;
mod png;
mod scale;
mod sniff;

pub use blurhash::blurhash;
pub use examine::{Examined, Variant, examine};
pub use flaw::Flaw;
pub use format::Format;
pub use limits::Limits;
pub use sniff::{Sniffed, sniff};
