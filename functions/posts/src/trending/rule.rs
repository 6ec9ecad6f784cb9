//! From numbers to an order.

use super::window::Window;
use contracts::resources::TrendingTag;
use std::collections::BTreeMap;

/// After how many windows a post weighs half.
const HALVED: f64 = 2.0;

/// How often a tag was used in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) tag: String,
    pub(super) window: Window,
    pub(super) posts: u64,
}

/// The `limit` tags with the highest score while `now` is running, and how many posts of all windows carry each.
pub(super) fn ranked(uses: impl IntoIterator<Item = Use>, now: Window, limit: usize) -> Vec<TrendingTag> {
    let mut tags: BTreeMap<String, (f64, u64)> = BTreeMap::new();
    for used in uses {
        if let (Some(age), 1..) = (used.window.age(now), used.posts) {
            let (score, posts) = tags.entry(used.tag).or_default();
            *score += weight(age) * as_float(used.posts);
            *posts += used.posts;
        }
    }
    let mut tags: Vec<(String, (f64, u64))> = tags.into_iter().collect();
    // stable: equal scores stay in the order of the names
    tags.sort_by(|(_, (one, _)), (_, (other, _))| other.total_cmp(one));
    tags.truncate(limit);
    tags.into_iter()
        .map(|(tag, (_, posts))| TrendingTag { tag, posts })
        .collect()
}

fn weight(age: i32) -> f64 {
    (-f64::from(age) / HALVED).exp2()
}

/// Exact up to 2^32, which no number of posts with a tag in three hours reaches.
fn as_float(posts: u64) -> f64 {
    f64::from(u32::try_from(posts).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::Timestamp;
    use proptest::prelude::*;

    fn now() -> Window {
        Window::of(Timestamp::from_millis(1_800_000_000_000))
    }

    fn used(tag: &str, age: usize, posts: u64) -> Use {
        let window = now().taking_part()[age];
        Use {
            tag: tag.to_owned(),
            window,
            posts,
        }
    }

    fn names(uses: Vec<Use>, limit: usize) -> Vec<String> {
        ranked(uses, now(), limit)
            .into_iter()
            .map(|tag| tag.tag)
            .collect()
    }

    #[test]
    fn a_post_weighs_half_after_six_hours() {
        assert_eq!(
            names(vec![used("old", 2, 3), used("new", 0, 2)], 9),
            ["new", "old"]
        );
        assert_eq!(
            names(vec![used("old", 2, 5), used("new", 0, 2)], 9),
            ["old", "new"]
        );
        let equal = vec![used("b", 0, 2), used("a", 2, 4), used("c", 4, 8)];
        assert_eq!(names(equal, 9), ["a", "b", "c"], "by name");
    }

    #[test]
    fn windows_add_up_and_what_is_outside_takes_no_part() {
        let outside = Use {
            window: Window::of(Timestamp::EPOCH),
            ..used("past", 0, 99)
        };
        let uses = vec![used("x", 0, 1), used("x", 7, 2), used("y", 0, 0), outside];
        let expected = TrendingTag {
            tag: "x".to_owned(),
            posts: 3,
        };
        assert_eq!(ranked(uses, now(), 9), [expected]);
        assert_eq!(names(vec![used("a", 0, 1), used("b", 0, 2)], 1), ["b"]);
    }

    proptest! {
        /// One more post with a tag never lets it fall, and no other rise above it.
        #[test]
        fn more_use_is_never_less_trend(uses in prop::collection::vec(("[abc]", 0_usize..8, 0_u64..5), 0..20), age in 0_usize..8) {
            let uses: Vec<Use> = uses.into_iter().map(|(tag, age, posts)| used(&tag, age, posts)).collect();
            let place = |uses: Vec<Use>| names(uses, 9).iter().position(|tag| tag == "a").unwrap_or(9);
            let before = place(uses.clone());
            let after = place(uses.into_iter().chain([used("a", age, 1)]).collect());
            prop_assert!(after <= before);
        }
    }
}
