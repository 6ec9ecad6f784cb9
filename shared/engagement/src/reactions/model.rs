//! A reaction as it is stored.

use crate::store::reaction_id;
use access::Author;
use cloud::Document;
use contracts::resources::ReactionType;
use contracts::{Subject, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// A reaction as it is stored, in `reactions`; its id comes from subject and person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredReaction {
    /// What they reacted to.
    pub subject: Subject,
    /// Who.
    pub user_id: UserId,
    /// Their username when they reacted.
    pub username: String,
    /// How.
    pub r#type: ReactionType,
    /// When they first reacted: where they stand in the list, which does not change while somebody walks it.
    pub created_at: Timestamp,
    /// When they last changed it.
    pub changed_at: Timestamp,
}

impl Document for StoredReaction {
    fn id(&self) -> String {
        reaction_id(self.subject, self.user_id)
    }
}

impl StoredReaction {
    /// What `author`'s reaction becomes when they react with `type`; `before` is what it was.
    pub(crate) fn react(
        before: Option<&Self>,
        subject: Subject,
        author: &Author,
        r#type: ReactionType,
        now: Timestamp,
    ) -> Self {
        match before {
            Some(before) if before.r#type == r#type => before.clone(),
            before => Self {
                subject,
                user_id: author.user_id,
                username: author.username.clone(),
                r#type,
                created_at: before.map_or(now, |before| before.created_at),
                changed_at: now,
            },
        }
    }

    /// Who.
    pub(crate) fn author(&self) -> Author {
        Author {
            user_id: self.user_id,
            username: self.username.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::PostId;

    #[test]
    fn changing_keeps_its_place_and_repeating_changes_nothing() {
        let author = Author {
            user_id: UserId::random(),
            username: "ann".to_owned(),
        };
        let subject = Subject::Post(PostId::random());
        let at = Timestamp::from_millis;
        let first = StoredReaction::react(None, subject, &author, ReactionType::Like, at(1));
        let again = StoredReaction::react(Some(&first), subject, &author, ReactionType::Like, at(2));
        assert_eq!(again, first);
        let changed = StoredReaction::react(Some(&first), subject, &author, ReactionType::Wow, at(3));
        assert_eq!(
            (changed.created_at, changed.changed_at, changed.r#type),
            (at(1), at(3), ReactionType::Wow)
        );
        assert_eq!(changed.id(), first.id());
    }
}
