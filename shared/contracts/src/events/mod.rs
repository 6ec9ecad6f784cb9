//! The events of every domain: one file a topic.

pub mod graph;
pub mod identity;
pub mod posts;
pub mod uploads;
pub mod videos;
