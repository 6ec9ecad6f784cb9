//! The events of every domain: one file a topic.

pub mod accounts;
pub mod feed;
pub mod graph;
pub mod identity;
pub mod media;
pub mod notifications;
pub mod posts;
pub mod uploads;
pub mod videos;

/// Every topic: one a domain.
pub const TOPICS: [&str; 8] = [
    "feed",
    "graph",
    "identity",
    "media",
    "notifications",
    "posts",
    "uploads",
    "videos",
];
