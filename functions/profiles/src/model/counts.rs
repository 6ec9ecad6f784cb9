//! The numbers on a profile.

use contracts::resources::ProfileCounts;

/// One of the numbers on a profile. Each is the count of some records, never a sum of ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Followers,
    Following,
    Posts,
    Videos,
}

impl Count {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Followers, Self::Following, Self::Posts, Self::Videos];

    /// Its name among the numbers.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_name_of_the_place() {
        for count in Count::ALL {
            let mut counts = ProfileCounts::default();
            *count.of(&mut counts) = 7;
            let json = serde_json::to_value(counts).unwrap();
            assert_eq!(json[count.as_str()], 7, "{count:?}");
        }
    }
}
