//! What is known of a list without reading it.

use super::pending::Pending;
use super::timeline::Timeline;
use crate::model::Position;

/// The places of the newest of a list, and how far they reach.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    /// Newest first, each once.
    places: Vec<Position>,
    reach: Reach,
}

/// How far a window reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Reach {
    /// It holds nothing.
    #[default]
    Nowhere,
    /// To this place, and with it.
    To(Position),
    /// To the end of the list.
    ToTheEnd,
}

impl Window {
    /// The timeline and what is on its way into it.
    pub(super) fn new(timeline: &Timeline, pending: &[Pending]) -> Self {
        let pending = pending.iter().flat_map(|pending| &pending.places);
        let mut places: Vec<Position> = timeline.places.iter().chain(pending).copied().collect();
        if let Some(floor) = timeline.floor {
            places.retain(|place| *place >= floor);
        }
        places.sort_unstable_by(|a, b| b.cmp(a));
        places.dedup();
        let reach = timeline.floor.map_or(Reach::ToTheEnd, Reach::To);
        Self { places, reach }
    }

    /// At most `want` places after a position.
    pub(super) fn after(&self, after: Option<Position>, want: usize) -> &[Position] {
        let from = after.map_or(0, |after| self.places.partition_point(|place| *place >= after));
        let places = self.places.get(from..).unwrap_or_default();
        places.get(..want).unwrap_or(places)
    }

    /// How far it reaches.
    pub(super) const fn reach(&self) -> Reach {
        self.reach
    }
}
