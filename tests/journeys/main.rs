//! What people do with Kith, told over real HTTP and real hubs, against the emulator. `KITH_FORM=processes` tells the same stories to separate
//! processes.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with a message"
)]

mod account;
mod arrows;
mod auth;
mod callers;
mod clients;
mod cloud;
mod comments;
mod contract;
mod conventions;
mod crash;
mod erasure;
mod faults;
mod feeds;
mod form;
mod hot;
mod limits;
mod live;
mod media;
mod notifications;
mod oracle;
mod posts;
mod profiles;
mod reactions;
mod realtime;
mod reports;
mod restart;
mod videos;
