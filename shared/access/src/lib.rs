#![doc = include_str!("../README.md")]

mod barred;
mod bells;
mod everything;
mod followers;
mod following;
mod gone;
mod graph;
mod lenses;
mod lists;
mod media;
mod people;
mod replies;
mod rule;
mod snapshot;
mod stance;
mod tallies;
mod things;

pub use bells::Bells;
pub use followers::{Followers, Since, reader_key};
pub use following::Following;
pub use graph::edge_id;
pub use lists::filled;
pub use media::Media;
pub use people::Author;
pub use replies::Replies;
pub use rule::{Account, Relation, Standing};
pub use things::Thing;

use cloud::{Cloud, Shelf};
use std::time::Duration;

/// How long a profile's summary is kept; the owner's change is seen at once unless Redis was away.
const PROFILES_KEPT: Duration = Duration::from_mins(10);
/// How long a list of followees is kept.
const FOLLOWEES_KEPT: Duration = Duration::from_mins(5);
/// How long it is kept between whom and somebody a block stands.
const BARRED_KEPT: Duration = Duration::from_mins(5);
/// How long it is kept what one person is to another.
const STANCES_KEPT: Duration = Duration::from_mins(5);

/// Who may see what. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Access {
    cloud: Cloud,
    people: Shelf,
    followees: Shelf,
    celebrities: Shelf,
    stances: Shelf,
    barred: Shelf,
}

impl Access {
    /// Over `cloud`.
    pub fn new(cloud: Cloud) -> Self {
        let shelf = |name, keep| Shelf::new(cloud.cache().clone(), name, keep);
        Self {
            people: shelf("person", PROFILES_KEPT),
            followees: shelf("following", FOLLOWEES_KEPT),
            celebrities: shelf("celebrities", followers::CELEBRITIES_KEPT),
            stances: shelf("stance", STANCES_KEPT),
            barred: shelf("barred", BARRED_KEPT),
            cloud,
        }
    }
}
