//! Who may comment on what they see.

use crate::rule::{Relation, Standing};
use crate::{Access, Thing};
use cloud::Result;
use contracts::resources::ReplyPolicy;
use contracts::{Refusal, UserId};

/// Whose comments a thing takes, of those who see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replies {
    /// What its author said.
    pub policy: ReplyPolicy,
    /// Who is mentioned in it.
    pub mentioned: Vec<UserId>,
}

impl Replies {
    /// Whether it takes comments of `user`, who stands so to its author. Whoever is mentioned may answer, and the author always may.
    ///
    /// # Errors
    /// [`Refusal::Denied`]
    pub fn take(&self, user: UserId, standing: Standing) -> std::result::Result<(), Refusal> {
        let meant = match self.policy {
            ReplyPolicy::Everyone => true,
            ReplyPolicy::Followers => standing.relation == Relation::Follower,
            ReplyPolicy::Mentioned => false,
        };
        if meant || standing.is_author() || self.mentioned.contains(&user) {
            Ok(())
        } else {
            let detail = "its author has limited who may comment on it";
            Err(Refusal::denied("replies_limited", detail))
        }
    }
}

impl Access {
    /// That `user`, who sees `thing`, may comment on it. No read for what is in Redis, else as [`Access::standings`]; nothing where everyone may.
    ///
    /// # Errors
    /// 403 `replies_limited`
    pub async fn may_reply(&self, thing: &Thing, user: UserId) -> Result<()> {
        if thing.replies.policy == ReplyPolicy::Everyone {
            return Ok(());
        }
        let standing = self.standing(thing.root_owner, Some(user)).await?;
        Ok(thing.replies.take(user, standing)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_for_everybody() {
        let (mentioned, other) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let standing = |relation| Standing {
            relation,
            ..Standing::default()
        };
        let callers = [
            (other, standing(Relation::Stranger)),
            (other, standing(Relation::Requested)),
            (other, standing(Relation::Follower)),
            (mentioned, standing(Relation::Stranger)),
            (other, Standing::AUTHOR),
        ];
        let table = [
            (ReplyPolicy::Everyone, [true, true, true, true, true]),
            (ReplyPolicy::Followers, [false, false, true, true, true]),
            (ReplyPolicy::Mentioned, [false, false, false, true, true]),
        ];
        for (policy, expected) in table {
            let replies = Replies {
                policy,
                mentioned: vec![mentioned],
            };
            let taken = callers.map(|(user, standing)| replies.take(user, standing).is_ok());
            assert_eq!(taken, expected, "{policy:?}");
        }
    }
}
