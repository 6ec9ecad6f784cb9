//! Reading a list through its window: full pages of what may be seen.

use super::merge::Placed;
use super::window::{Reach, Window};
use crate::model::Position;

/// The least that is read at once after the first piece was not enough.
const PIECE: usize = 50;

/// Where items are.
pub(super) trait Library {
    type Item: Placed;
    type Error;

    /// The items at these places that are there, in their order.
    async fn fetch(&self, places: &[Position]) -> Result<Vec<Self::Item>, Self::Error>;

    /// The newest `want` items of the list after a position; fewer only when it ends.
    async fn list(&self, after: Option<Position>, want: usize) -> Result<Vec<Self::Item>, Self::Error>;

    /// Those of the items that may be seen, in their order.
    async fn seen(&self, items: Vec<Self::Item>) -> Result<Vec<Self::Item>, Self::Error>;
}

/// What is asked of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    /// What comes after this position.
    pub(crate) after: Option<Position>,
    /// So many items.
    pub(crate) want: usize,
    /// Nothing behind this position.
    pub(crate) until: Option<Position>,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Found<T> {
    /// As many as asked for; fewer only when the list ends.
    pub(super) items: Vec<T>,
    /// What the list has right behind the window, seen or not, and whether that is all.
    pub(super) behind: Option<(Vec<Position>, bool)>,
}

/// Reads on until there are as many items as asked for, or no more.
pub(super) async fn read<L: Library>(
    window: &Window,
    ask: Ask,
    library: &L,
) -> Result<Found<L::Item>, L::Error> {
    let mut found = Found {
        items: Vec::with_capacity(ask.want),
        behind: None,
    };
    let recent = |place: &Position| ask.until.is_none_or(|until| *place >= until);
    let (mut at, mut piece) = (ask.after, ask.want);
    while found.items.len() < ask.want {
        let places = window.after(at, piece);
        let kept = places.iter().take_while(|place| recent(place)).count();
        let (places, ended) = (&places[..kept], kept < places.len());
        if places.is_empty() && !ended {
            break;
        }
        at = places.last().copied().or(at);
        found
            .items
            .extend(library.seen(library.fetch(places).await?).await?);
        if ended {
            found.items.truncate(ask.want);
            return Ok(found);
        }
        piece = PIECE.max(ask.want - found.items.len().min(ask.want));
    }
    if found.items.len() < ask.want && window.reach() != Reach::ToTheEnd {
        behind(window, ask, library, &mut found).await?;
    }
    found.items.truncate(ask.want);
    Ok(found)
}

/// Reads on behind the window.
async fn behind<L: Library>(
    window: &Window,
    ask: Ask,
    library: &L,
    found: &mut Found<L::Item>,
) -> Result<(), L::Error> {
    let (mut at, contiguous) = match (window.reach(), ask.after) {
        (Reach::To(floor), Some(after)) if after < floor => (Some(after), false),
        (Reach::To(floor), _) => (Some(floor), true),
        (Reach::Nowhere | Reach::ToTheEnd, after) => (after, after.is_none()),
    };
    let mut places = Vec::new();
    let mut piece = ask.want - found.items.len();
    loop {
        let mut items = library.list(at, piece).await?;
        let ended = items.len() < piece;
        places.extend(items.iter().map(Placed::place));
        at = places.last().copied().or(at);
        let recent = |item: &L::Item| ask.until.is_none_or(|until| item.place() >= until);
        let kept = items.iter().take_while(|item| recent(item)).count();
        let over = ended || kept < items.len();
        items.truncate(kept);
        found.items.extend(library.seen(items).await?);
        if over || found.items.len() >= ask.want {
            found.behind = contiguous.then_some((places, ended));
            return Ok(());
        }
        piece = PIECE.max(ask.want - found.items.len());
    }
}

#[cfg(test)]
mod tests;
