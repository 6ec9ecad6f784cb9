//! Who is named in a comment, and who is told of it.

use super::model::Mention;
use crate::Engagement;
use access::{Standing, Thing};
use cloud::{Commit, Result};
use contracts::events::posts::UserMentioned;
use contracts::{CommentId, Subject, UserId, mentions};
use futures::try_join;
use std::collections::HashMap;

impl Engagement {
    /// Everybody whom `text` names, in the order in which it does; 20 at most. No read when it names nobody, else each who is there, one at least.
    pub(super) async fn named_in(&self, text: &str) -> Result<Vec<Mention>> {
        let mut usernames = mentions::find(text);
        usernames.truncate(mentions::MOST);
        let people = self.access.named(&usernames).await?;
        let named = usernames.into_iter().filter_map(|name| {
            let mut people = people.iter();
            let person = people.find(|person| person.username.to_lowercase() == name)?;
            Some((person.user_id, name))
        });
        Ok(named.collect())
    }

    /// Adds to a commit what tells those who are named `after` a change, and were not `before`, if they may see it. No read when there are none, else how
    /// each stands to the author and to whose thing it is, which is mostly in Redis.
    pub(super) async fn tell_named(&self, commit: Commit, named: Named<'_>, thing: &Thing) -> Result<Commit> {
        let new = named.anew();
        let (to_author, to_owner) = try_join!(
            self.access.audience(named.author, &new),
            self.access.audience(thing.root_owner, &new)
        )?;
        let told = new
            .into_iter()
            .filter(|user| may_see(*user, thing, &to_author, &to_owner));
        Ok(told.fold(commit, |commit, user_id| {
            commit.emit(&UserMentioned {
                user_id,
                author_id: named.author,
                subject: Subject::Comment(named.comment),
                root: thing.root,
            })
        }))
    }
}

/// Who is named by a change of a comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) comment: CommentId,
    pub(super) author: UserId,
    pub(super) before: &'a [UserId],
    pub(super) after: &'a [UserId],
}

impl Named<'_> {
    /// Who was not named before; nobody names themself.
    fn anew(&self) -> Vec<UserId> {
        let after = self.after.iter().copied();
        after
            .filter(|user| *user != self.author && !self.before.contains(user))
            .collect()
    }
}

/// Whether somebody who is named may see where, and wants to hear of its author.
fn may_see(
    user: UserId,
    thing: &Thing,
    to_author: &HashMap<UserId, Standing>,
    to_owner: &HashMap<UserId, Standing>,
) -> bool {
    let standing = |people: &HashMap<UserId, Standing>| people.get(&user).copied().unwrap_or_default();
    !standing(to_author).unwanted() && standing(to_owner).may_see(thing.visibility)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_named_is_not_new_and_nobody_names_themself() {
        let (author, old, new) = (UserId::random(), UserId::random(), UserId::random());
        let named = Named {
            comment: CommentId::random(),
            author,
            before: &[old],
            after: &[author, new, old],
        };
        assert_eq!(named.anew(), [new]);
    }
}
