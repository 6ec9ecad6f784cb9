//! The numbers on a profile: counted from records when events tell of a change, nudged in Redis so that whoever acts sees it at once.

use crate::model::Count;
use crate::state::Profiles;
use crate::store;
use cloud::{Commit, Result};
use contracts::UserId;
use contracts::resources::ProfileCounts;

impl Profiles {
    /// Counts these numbers of `user` anew, once for everybody who wants them at this moment; not of somebody who is erased. A read and a write, a read for each
    /// number, and their profile when it is not kept.
    pub(crate) async fn recount(&self, user: UserId, numbers: &[Count]) -> Result<()> {
        if self.access.any_erased(&[user]).await? {
            return Ok(());
        }
        let anew = |parts: Vec<String>, mut counts: ProfileCounts| async move {
            for count in Count::ALL {
                if parts.iter().any(|part| part == count.as_str()) {
                    *count.of(&mut counts) =
                        store::count(self.documents(), &self.access, user, count, self.now()).await?;
                }
            }
            Ok(counts)
        };
        let parts: Vec<&str> = numbers.iter().map(|count| count.as_str()).collect();
        self.tally.recount(&user.to_string(), &parts, anew).await?;
        Ok(())
    }

    /// Moves what edges count for, each from one person to another, makes `commit`, and takes it back when that fails.
    pub(crate) async fn moving(&self, edges: &[(UserId, UserId, i64)], commit: Commit) -> Result<()> {
        let ends: Vec<(String, Count, i64)> = edges
            .iter()
            .flat_map(|(from, to, by)| {
                [
                    (from.to_string(), Count::Following, *by),
                    (to.to_string(), Count::Followers, *by),
                ]
            })
            .collect();
        for (user, count, by) in &ends {
            self.tally.nudge(user, &[(count.as_str().to_owned(), *by)]).await;
        }
        let outcome = commit.await;
        if outcome.is_err() {
            for (user, ..) in &ends {
                self.tally.forget(user).await;
            }
        }
        outcome
    }
}
