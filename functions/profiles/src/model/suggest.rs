//! Whom somebody may want to follow.

use contracts::UserId;
use std::collections::HashMap;

/// The `most` people whom most of `circles` follow; of those who are followed by as many, whom the first circle names first. A circle is whom one
/// of one's followees follows, whom they followed last first.
pub(crate) fn ranked(me: UserId, circles: &[Vec<UserId>], most: usize) -> Vec<UserId> {
    let mut found: HashMap<UserId, (usize, usize)> = HashMap::new();
    for (place, person) in circles.iter().flatten().enumerate().filter(|(_, id)| **id != me) {
        found.entry(*person).or_insert((0, place)).0 += 1;
    }
    let mut people: Vec<(UserId, (usize, usize))> = found.into_iter().collect();
    people.sort_unstable_by_key(|(_, (mutual, place))| (std::cmp::Reverse(*mutual), *place));
    people.into_iter().take(most).map(|(person, _)| person).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    #[test]
    fn who_is_known_to_more_comes_first() {
        let circles =
            [vec![3, 1, 0], vec![2, 1], vec![1, 2]].map(|circle| circle.into_iter().map(person).collect());
        let expected: Vec<UserId> = [1, 2, 3].map(person).to_vec();
        assert_eq!(ranked(person(0), &circles, 9), expected);
        assert_eq!(ranked(person(0), &circles, 1), expected[..1]);
    }

    proptest! {
        #[test]
        fn everybody_comes_once_but_oneself(circles in prop::collection::vec(prop::collection::btree_set(0_u8..20, 0..10), 0..8)) {
            let circles: Vec<Vec<UserId>> = circles.into_iter().map(|circle| circle.into_iter().map(person).collect()).collect();
            let mut all: Vec<UserId> = circles.iter().flatten().copied().filter(|id| *id != person(0)).collect();
            all.sort_unstable();
            all.dedup();
            let mut found = ranked(person(0), &circles, 100);
            let mutual = |id: &UserId| circles.iter().filter(|circle| circle.contains(id)).count();
            prop_assert!(found.is_sorted_by_key(|id| std::cmp::Reverse(mutual(id))));
            found.sort_unstable();
            prop_assert_eq!(found, all);
        }
    }
}
