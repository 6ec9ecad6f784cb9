//! What the journeys are told with: a Kith to each test, people who use it, clients of its hubs.
//!
//! One emulator and one Redis serve the whole test binary; every test has a project and a key prefix of its own, so that tests run side by
//! side. `KITH_FORM=processes` runs every function as its own process behind a path router instead of all of them in this one.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends with a message"
)]

mod answer;
mod folder;
mod forget;
mod google;
mod hub;
mod infra;
mod kith;
mod leavings;
mod load;
mod mint;
mod person;
pub mod router;
mod stack;
mod tuning;

pub use answer::{Answer, cost_in};
pub use google::{left_out, left_out_as, on_googles};
pub use hub::HubClient;
pub use infra::{Infra, binary};
pub use kith::Kith;
pub use load::{Load, Loaded, id_of};
pub use person::{PASSWORD, Person};
pub use tuning::{processes_wanted, rounds, seed};
