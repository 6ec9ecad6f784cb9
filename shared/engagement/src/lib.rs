#![doc = include_str!("../README.md")]

mod comments;
mod counters;
mod reactions;
mod shares;
mod store;

pub use comments::{Listed, NewComment, Position, Sort, StoredComment};
pub use counters::Counters;
pub use reactions::StoredReaction;

use access::Access;
use cloud::{Cloud, Tally};

/// Comments, reactions and counters. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engagement {
    cloud: Cloud,
    access: Access,
    tally: Tally<Counters>,
}

impl Engagement {
    /// Over `cloud`; `access` says who may see what.
    pub fn new(cloud: Cloud, access: Access) -> Self {
        Self {
            tally: counters::tally(cloud.clone()),
            cloud,
            access,
        }
    }
}
