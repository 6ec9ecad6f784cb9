//! Feeds: a home timeline is kept in Redis and made again from its authors' lists at any time; all other lists are merged when they are read.

mod cache;
mod fan_out;
mod filter;
mod home;
mod library;
mod lists;
mod merge;
mod pending;
mod place;
mod rank;
mod ranked;
mod reading;
mod sources;
mod timeline;
mod walk;
mod window;

pub(crate) use cache::Timelines;
pub(crate) use filter::Filter;
pub(crate) use lists::List;
pub(crate) use ranked::Place;
