//! What feeds are merged from.

use crate::model::SHARDS;
use crate::store::Source;
use contracts::UserId;
use contracts::resources::Visibility;

/// The home timeline of `viewer`: all posts of their own, and of everybody they follow what followers may see, so many authors at a
/// time.
pub(crate) fn home(viewer: UserId, followees: &[UserId], together: usize) -> Vec<Source> {
    let others: Vec<UserId> = followees.iter().copied().filter(|id| *id != viewer).collect();
    let followed = others
        .chunks(together.max(1))
        .map(|authors| Source::Followed(authors.to_vec()));
    std::iter::once(Source::Author(viewer, Visibility::Private))
        .chain(followed)
        .collect()
}

/// Everyone's public posts.
pub(crate) fn everyone() -> Vec<Source> {
    (0..SHARDS).map(Source::Everyone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::AUTHORS;

    #[test]
    fn every_author_is_in_one_source() {
        let viewer = UserId::random();
        let mut followees: Vec<UserId> = (0..61).map(|_| UserId::random()).collect();
        followees.push(viewer);
        let sources = home(viewer, &followees, AUTHORS);
        let sizes: Vec<usize> = sources
            .iter()
            .map(|source| match source {
                Source::Followed(authors) => authors.len(),
                _ => 0,
            })
            .collect();
        assert_eq!(sizes, [0, 30, 30, 1]);
        assert_eq!(
            home(viewer, &[], AUTHORS),
            [Source::Author(viewer, Visibility::Private)]
        );
    }
}
