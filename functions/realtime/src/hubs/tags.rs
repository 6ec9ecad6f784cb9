//! Why a connection hears of what somebody does: what ends it is told by these names.

use contracts::UserId;
use contracts::hub::Parting;

/// All there are, each ended by what comes between the two and by everything worse.
const ALL: [Parting; 3] = [Parting::Muted, Parting::Left, Parting::Blocked];

/// The tag of what is heard of `author` until this comes between.
pub(crate) fn until(parting: Parting, author: UserId) -> String {
    let name = match parting {
        Parting::Muted => "channel",
        Parting::Left => "follower",
        Parting::Blocked => "viewer",
    };
    format!("{name}:{author}")
}

/// The tags of all that is heard of `author` no longer, now that this has come between.
pub(crate) fn ended_by(parting: Parting, author: UserId) -> Vec<String> {
    let ended = ALL.into_iter().filter(|until| *until <= parting);
    ended.map(|parting| until(parting, author)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_ends_the_more() {
        let author = UserId::random();
        let ended = ALL.map(|parting| ended_by(parting, author).len());
        assert_eq!(ended, [1, 2, 3]);
        for parting in ALL {
            assert!(ended_by(parting, author).contains(&until(parting, author)));
            assert!(!ended_by(parting, UserId::random()).contains(&until(parting, author)));
        }
    }
}
