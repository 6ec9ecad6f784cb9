//! From what somebody wants to say to what can be stored: pictures and people are looked up.

use crate::model::{Content, Nameable, StoredMedia, Written, named};
use crate::state::Posts;
use access::{Account, Author, Standing};
use cloud::Result;
use contracts::resources::ProfileSummary;
use contracts::{Check, UserId};
use futures::try_join;
use std::collections::HashMap;

/// What can be stored, and how everybody who is named, as a viewer, stands to its author.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) written: Written,
    pub(crate) audience: HashMap<UserId, Standing>,
}

impl Posts {
    /// `content` with its pictures and people; `shown` are pictures that the post has already, or that came with it.
    ///
    /// Reads each other picture, who has each username in the text, and profiles and edges that are not kept.
    ///
    /// # Errors
    /// 422: a picture that cannot be attached, a tagged person who is nobody to the author.
    pub(crate) async fn draft(
        &self,
        author: &Author,
        content: Content,
        shown: &[StoredMedia],
    ) -> Result<Draft> {
        let (media, people, own) = try_join!(
            self.pictures(author.user_id, &content, shown),
            self.people_in(author.user_id, &content),
            self.access.standing(author.user_id, None)
        )?;
        let known: Vec<UserId> = people.iter().map(|person| person.user_id).collect();
        let audience = self.access.audience(author.user_id, &known).await?;
        Ok(Draft {
            written: Written {
                mentions: named(&content.names, &content.tagged, &people),
                media,
                content,
                open: own.account == Account::Public,
            },
            audience,
        })
    }

    async fn pictures(
        &self,
        owner: UserId,
        content: &Content,
        shown: &[StoredMedia],
    ) -> Result<Vec<StoredMedia>> {
        let there = |id| shown.iter().find(|media| media.media_id == id);
        let wanted = content.media.iter().enumerate();
        let wanted: Vec<_> = wanted
            .filter(|(_, attached)| there(attached.media_id).is_none())
            .map(|(index, attached)| (format!("/media/{index}/mediaId"), attached.media_id))
            .collect();
        let images = self.access.images(owner, &wanted).await?;
        let media = content.media.iter().map(|attached| {
            let image = images.iter().find(|image| image.media_id == attached.media_id);
            let waiting = StoredMedia::waiting(attached.media_id);
            let known = there(attached.media_id).cloned();
            StoredMedia {
                alt: attached.alt.clone(),
                ..known.unwrap_or(StoredMedia {
                    image: image.cloned(),
                    ..waiting
                })
            }
        });
        Ok(media.collect())
    }

    /// Whom `author` may name of those whom `content` names: neither blocks the other, and their account is there.
    async fn people_in(&self, author: UserId, content: &Content) -> Result<Vec<Nameable>> {
        if content.names.is_empty() && content.tagged.is_empty() {
            return Ok(Vec::new());
        }
        let (named, tagged) = try_join!(
            self.access.named(&content.names),
            self.access.known(&content.tagged)
        )?;
        let mut people: HashMap<UserId, ProfileSummary> = tagged;
        people.extend(named.into_iter().map(|person| (person.user_id, person)));
        let ids: Vec<UserId> = people.keys().copied().collect();
        let standings = self.access.standings(Some(author), &ids).await?;
        people.retain(|id, _| standings.get(id).is_some_and(|standing| !standing.absent()));
        let mut check = Check::new();
        for (index, id) in content.tagged.iter().enumerate() {
            let pointer = format!("/taggedUserIds/{index}");
            check.rule(
                people.contains_key(id),
                &pointer,
                "unknown_user",
                "there is no such person",
            );
        }
        check.done()?;
        Ok(people
            .into_values()
            .map(|person| Nameable {
                user_id: person.user_id,
                username: person.username,
            })
            .collect())
    }
}
