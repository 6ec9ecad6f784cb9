//! The one rule of who may see what.

use contracts::resources::Visibility;

/// How a viewer stands to an author.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// What the viewer is to the author.
    pub relation: Relation,
    /// What kind of account the author has.
    pub account: Account,
    /// One of the two blocks the other, whichever.
    pub blocked: bool,
    /// The viewer muted the author: left out of feeds, suggestions and notifications, seen everywhere else.
    pub muted: bool,
}

/// What a viewer is to an author.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Relation {
    /// Nobody to them, or without a token.
    #[default]
    Stranger,
    /// Asked to follow them, and they have not answered.
    Requested,
    /// Follows them.
    Follower,
    /// The author.
    Author,
}

/// What kind of account somebody has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Account {
    /// For everybody.
    #[default]
    Public,
    /// What is public of it is for its followers.
    Private,
    /// Deactivated or erased: for nobody else.
    Hidden,
}

impl Standing {
    /// An author to themself.
    pub const AUTHOR: Self = Self {
        relation: Relation::Author,
        account: Account::Public,
        blocked: false,
        muted: false,
    };

    /// The author is the viewer.
    pub const fn is_author(self) -> bool {
        matches!(self.relation, Relation::Author)
    }

    /// To this viewer there is no such person: 404, and left out of lists.
    pub const fn absent(self) -> bool {
        !self.is_author() && (self.blocked || matches!(self.account, Account::Hidden))
    }

    /// To be left out of what the viewer did not ask for: feeds, suggestions, notifications.
    pub const fn unwanted(self) -> bool {
        self.muted || self.absent()
    }

    /// The most private of what the viewer sees of the author, and with it everything more public; none when they see nothing.
    pub const fn reach(self) -> Option<Visibility> {
        match (self.relation, self.account) {
            (Relation::Author, _) => Some(Visibility::Private),
            _ if self.absent() => None,
            (Relation::Follower, _) => Some(Visibility::Followers),
            (Relation::Stranger | Relation::Requested, Account::Public) => Some(Visibility::Public),
            (Relation::Stranger | Relation::Requested, Account::Private | Account::Hidden) => None,
        }
    }

    /// Whether the viewer may see a thing of this visibility.
    pub const fn may_see(self, visibility: Visibility) -> bool {
        match (self.reach(), visibility) {
            (None, _) => false,
            (Some(Visibility::Public), visibility) => matches!(visibility, Visibility::Public),
            (Some(Visibility::Followers), visibility) => !matches!(visibility, Visibility::Private),
            (Some(Visibility::Private), _) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Account::{Hidden, Private, Public};
    use super::Relation::{Author, Follower, Requested, Stranger};
    use super::*;
    use proptest::prelude::*;

    const VISIBILITIES: [Visibility; 3] = [Visibility::Public, Visibility::Followers, Visibility::Private];

    fn seen(relation: Relation, account: Account) -> [bool; 3] {
        let standing = Standing {
            relation,
            account,
            ..Standing::default()
        };
        VISIBILITIES.map(|visibility| standing.may_see(visibility))
    }

    #[test]
    fn every_visibility_for_everybody() {
        let (nothing, public, shared, all) =
            ([false; 3], [true, false, false], [true, true, false], [true; 3]);
        let table = [
            (Public, [public, public, shared, all]),
            (Private, [nothing, nothing, shared, all]),
            (Hidden, [nothing, nothing, nothing, all]),
        ];
        for (account, expected) in table {
            let seen = [Stranger, Requested, Follower, Author].map(|relation| seen(relation, account));
            assert_eq!(seen, expected, "{account:?}");
        }
    }

    fn standing() -> impl Strategy<Value = Standing> {
        let relation = prop::sample::select(vec![Stranger, Requested, Follower, Author]);
        let account = prop::sample::select(vec![Public, Private, Hidden]);
        let standing = (relation, account, any::<bool>(), any::<bool>());
        standing.prop_map(|(relation, account, blocked, muted)| Standing {
            relation,
            account,
            blocked,
            muted,
        })
    }

    proptest! {
        #[test]
        fn who_is_blocked_sees_nothing_and_a_mute_hides_nothing(standing in standing()) {
            let blocked = Standing { blocked: true, ..standing };
            prop_assert_eq!(blocked.reach().is_none(), !standing.is_author());
            let muted = Standing { muted: !standing.muted, ..standing };
            prop_assert_eq!(muted.reach(), standing.reach());
            prop_assert!(muted.unwanted() || standing.unwanted());
        }

        #[test]
        fn who_sees_the_more_private_sees_the_more_public(standing in standing()) {
            let seen = VISIBILITIES.map(|visibility| standing.may_see(visibility));
            prop_assert!(seen.is_sorted_by(|public, private| public >= private));
            prop_assert!(!standing.absent() || seen == [false; 3]);
        }
    }
}
