//! The events of every domain: one file a topic.

pub mod graph;
pub mod identity;
pub mod posts;
pub mod uploads;
pub mod videos;

/// Every topic: one a domain.
pub const TOPICS: [&str; 5] = ["graph", "identity", "posts", "uploads", "videos"];
