//! Who is named in a post, and who is told of it.

use access::{Author, Standing};
use contracts::UserId;
use contracts::resources::Visibility;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Somebody who is named in a post, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredMention {
    pub(crate) user_id: UserId,
    /// Their username when they were named, in lower case.
    pub(crate) username: String,
    /// The text names them.
    pub(crate) written: bool,
    /// The author tagged them.
    pub(crate) tagged: bool,
}

impl StoredMention {
    /// Who, with the username that they had.
    pub(crate) fn person(&self) -> Author {
        Author {
            user_id: self.user_id,
            username: self.username.clone(),
        }
    }
}

/// `text` without the username of `user`, who is taken out of `mentions`.
pub(crate) fn unnamed(text: &str, mentions: &mut Vec<StoredMention>, user: UserId) -> String {
    let theirs = mentions
        .iter()
        .filter(|mention| mention.user_id == user && mention.written);
    let rest = theirs.fold(text.to_owned(), |text, mention| {
        contracts::mentions::without(&text, &mention.username)
    });
    mentions.retain(|mention| mention.user_id != user);
    rest
}

/// A person whom an author may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nameable {
    pub(crate) user_id: UserId,
    pub(crate) username: String,
}

/// Everybody who is named, each once: first in the order of the text, then of the tags. Who is not `known` is not named.
pub(crate) fn named(names: &[String], tagged: &[UserId], known: &[Nameable]) -> Vec<StoredMention> {
    let mention = |person: &Nameable, written| StoredMention {
        user_id: person.user_id,
        username: person.username.to_lowercase(),
        written,
        tagged: tagged.contains(&person.user_id),
    };
    let in_text = names
        .iter()
        .filter_map(|name| {
            known
                .iter()
                .find(|person| person.username.to_lowercase() == *name)
        })
        .map(|person| mention(person, true));
    let mut all: Vec<StoredMention> = in_text.collect();
    for id in tagged {
        if !all.iter().any(|earlier| earlier.user_id == *id) {
            let person = known.iter().find(|person| person.user_id == *id);
            all.extend(person.map(|person| mention(person, false)));
        }
    }
    all
}

/// What somebody could see of a post, and whether it named them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naming<'a> {
    pub(crate) mentions: &'a [StoredMention],
    pub(crate) visibility: Visibility,
}

/// Who is to be told that `after` names them: who may see it, is not its author, and was not named in `before` already where they could see it.
/// `standings` is how each of them, as a viewer, stands to the author.
pub(crate) fn to_tell(
    author: UserId,
    before: Option<Naming<'_>>,
    after: Naming<'_>,
    standings: &HashMap<UserId, Standing>,
) -> Vec<UserId> {
    let saw = |naming: Naming<'_>, user: UserId| {
        let named = naming.mentions.iter().any(|mention| mention.user_id == user);
        named
            && standings
                .get(&user)
                .is_some_and(|standing| !standing.unwanted() && standing.may_see(naming.visibility))
    };
    let people = after.mentions.iter().map(|mention| mention.user_id);
    people
        .filter(|user| {
            *user != author && saw(after, *user) && !before.is_some_and(|before| saw(before, *user))
        })
        .collect()
}
