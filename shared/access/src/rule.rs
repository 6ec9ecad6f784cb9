//! The one rule of who may see what.

use contracts::resources::Visibility;

/// How a viewer stands to an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody to them, or without a token.
    Stranger,
    /// Follows them.
    Follower,
    /// The author.
    Author,
}

/// Whether somebody who stands so to the author may see a thing of this visibility.
pub const fn may_see(visibility: Visibility, standing: Standing) -> bool {
    match visibility {
        Visibility::Public => true,
        Visibility::Followers => matches!(standing, Standing::Follower | Standing::Author),
        Visibility::Private => matches!(standing, Standing::Author),
    }
}

#[cfg(test)]
mod tests {
    use super::Standing::{Author, Follower, Stranger};
    use super::*;

    #[test]
    fn every_visibility_for_everybody() {
        let table = [
            (Visibility::Public, [true, true, true]),
            (Visibility::Followers, [false, true, true]),
            (Visibility::Private, [false, false, true]),
        ];
        for (visibility, expected) in table {
            let seen = [Stranger, Follower, Author].map(|standing| may_see(visibility, standing));
            assert_eq!(seen, expected, "{visibility:?}");
        }
    }
}
