//! The numbers on a profile.

use cloud::Document;
use contracts::UserId;
use contracts::resources::ProfileCounts;
use serde::{Deserialize, Serialize};

/// One of the numbers on a profile. Each is the count of some records, never a sum of ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Followers,
    Following,
    Posts,
    Videos,
}

impl Count {
    pub(crate) const ALL: [Self; 4] = [Self::Followers, Self::Following, Self::Posts, Self::Videos];

    /// Its name in Redis.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Followers => "followers",
            Self::Following => "following",
            Self::Posts => "posts",
            Self::Videos => "videos",
        }
    }

    /// Its place among the numbers.
    pub(crate) const fn of(self, counts: &mut ProfileCounts) -> &mut u64 {
        match self {
            Self::Followers => &mut counts.followers,
            Self::Following => &mut counts.following,
            Self::Posts => &mut counts.posts,
            Self::Videos => &mut counts.videos,
        }
    }
}

/// The numbers as stored in `counts/{userId}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counts {
    pub(crate) user_id: UserId,
    pub(crate) numbers: ProfileCounts,
    /// Rises with each counting, changed or not: a slower counting that saw less cannot overwrite a later one, and Redis keeps the latest.
    pub(crate) round: i64,
}

impl Document for Counts {
    fn id(&self) -> String {
        self.user_id.to_string()
    }
}

impl Counts {
    /// After `count` was counted anew.
    pub(crate) fn counted(previous: Option<&Self>, user_id: UserId, count: Count, number: u64) -> Self {
        let mut next = Self {
            user_id,
            numbers: previous.map_or_else(ProfileCounts::default, |counts| counts.numbers),
            round: previous.map_or(1, |counts| counts.round + 1),
        };
        *count.of(&mut next.numbers) = number;
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_one_number_leaves_the_others_and_always_begins_a_round() {
        let ann = UserId::from_bytes([1; 16]);
        let mut counts: Option<Counts> = None;
        for (number, count) in (1..).zip(Count::ALL) {
            counts = Some(Counts::counted(counts.as_ref(), ann, count, number));
        }
        let counts = counts.unwrap();
        let expected = ProfileCounts {
            followers: 1,
            following: 2,
            posts: 3,
            videos: 4,
        };
        assert_eq!(counts.numbers, expected);
        let again = Counts::counted(Some(&counts), ann, Count::Videos, 4);
        assert_eq!(again.numbers, expected);
        assert!(again.round > counts.round);
    }
}
