//! What a function holds of people: it is erased with their account, and given to them when they ask for it.
//!
//! `account.deleted` comes to every function that holds something, twice: the second round erases what late events and tokens that were still good
//! brought back after the first. Erasing goes in steps of some hundred documents. A delivery makes steps for a stint of some seconds, then hands on to the
//! next by `account.erasing`, so that no amount of things is too much; at the end the function reports with `account.erased`. Whatever dies, a message
//! comes again, and what is gone is not found again.
//!
//! What messages that come later still would make of the person is not made: the function has marked the id (`Cloud::is_erased`).
//!
//! `export.requested` likewise: each function writes its part as pages of JSON under one prefix of the bucket [`EXPORTS`], in stints that follow each other
//! by `export.writing`, and says so with `export.part`.

mod erasing;
mod export;
mod listening;
mod once;
mod step;
mod writing;

pub use export::{EXPORTS, Export};
pub use step::Step;

use crate::Result;
use contracts::UserId;

/// The state of a function that holds something of people.
pub trait Holder: Clone + Send + Sync + 'static {
    /// Erases some of what is held of `user`, some hundred documents at most, and answers what; nothing when there is nothing left. It is called until
    /// then, by two at a time when a message comes twice, and again in the second round.
    fn erase(&self, user: UserId) -> impl Future<Output = Result<Option<Erased>>> + Send;

    /// Writes all that is held of `user` into `export`, kind by kind, always in the same order. When the time of a stint is over, the kinds that are left are
    /// passed over, and it is called again for these. When it fails, it is called again from where the stint began.
    fn export(&self, user: UserId, export: &mut Export) -> impl Future<Output = Result<()>> + Send;
}

/// What one step has erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// What, as the report names it.
    pub kind: &'static str,
    /// How many.
    pub count: u64,
}

impl Erased {
    /// So many of a kind; nothing when there were none.
    pub fn some(kind: &'static str, count: usize) -> Option<Self> {
        let count = count as u64;
        (count > 0).then_some(Self { kind, count })
    }
}
