//! How people are shown beside what they did.

use crate::Access;
use crate::lenses::{PROFILES, Profile};
use crate::rule::Account;
use cloud::Result;
use contracts::UserId;
use contracts::resources::ProfileSummary;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Somebody who did something, with the username that they had when they did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub user_id: UserId,
    /// Shown while their profile is not there yet.
    pub username: String,
}

/// How wide a picture beside something is.
const AVATAR_WIDTH: u32 = 320;

/// What is kept of a profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    summary: ProfileSummary,
    private: bool,
    hidden: bool,
}

impl Person {
    /// Of a profile; `address` is where an object is.
    fn of(profile: Profile, address: impl Fn(&str) -> String) -> Self {
        let avatar = profile.avatar.as_ref();
        Self {
            summary: ProfileSummary {
                avatar_url: avatar.map(|image| address(image.object_for(AVATAR_WIDTH))),
                user_id: profile.user_id,
                username: profile.username,
                display_name: profile.display_name,
            },
            private: profile.is_private,
            hidden: profile.hidden,
        }
    }

    pub(crate) const fn account(&self) -> Account {
        match (self.hidden, self.private) {
            (true, _) => Account::Hidden,
            (false, true) => Account::Private,
            (false, false) => Account::Public,
        }
    }
}

impl Author {
    /// Them, when there is no profile yet.
    pub fn summary(&self) -> ProfileSummary {
        ProfileSummary {
            user_id: self.user_id,
            username: self.username.clone(),
            display_name: self.username.clone(),
            avatar_url: None,
        }
    }
}

impl Access {
    /// A summary of each of `authors`. No read for what is kept in Redis, else one each in one batch.
    pub async fn summaries(
        &self,
        authors: impl IntoIterator<Item = Author>,
    ) -> Result<HashMap<UserId, ProfileSummary>> {
        let authors: BTreeMap<UserId, Author> = authors
            .into_iter()
            .map(|author| (author.user_id, author))
            .collect();
        let ids: Vec<UserId> = authors.keys().copied().collect();
        let known = self.profiles(&ids).await?;
        let summaries = authors.values().zip(known);
        Ok(summaries
            .map(|(author, known)| (author.user_id, known.unwrap_or_else(|| author.summary())))
            .collect())
    }

    /// A summary of each of `people` who has a profile. Costs what [`Access::summaries`] costs.
    pub async fn known(&self, people: &[UserId]) -> Result<HashMap<UserId, ProfileSummary>> {
        let known = self.profiles(people).await?;
        let known = known.into_iter().flatten();
        Ok(known.map(|summary| (summary.user_id, summary)).collect())
    }

    /// Who has each of these usernames (in lower case, 30 at most), as far as there is somebody. Reads each who is there, one at least; index: the
    /// field's own.
    pub async fn named(&self, usernames: &[String]) -> Result<Vec<ProfileSummary>> {
        if usernames.is_empty() {
            return Ok(Vec::new());
        }
        let named = PROFILES.query().is_in("usernameLower", usernames);
        let found = self.cloud.documents().query(named).await?;
        Ok(found
            .into_iter()
            .map(|profile| Person::of(profile.into_inner(), |object| self.media_url(object)).summary)
            .collect())
    }

    /// The summary of one person. At most one read.
    pub async fn summary(&self, author: &Author) -> Result<ProfileSummary> {
        let known = self.profiles(&[author.user_id]).await?.pop().flatten();
        Ok(known.unwrap_or_else(|| author.summary()))
    }

    /// Whether there is a profile of `user`, whoever may see it. At most one read.
    pub async fn is_known(&self, user: UserId) -> Result<bool> {
        Ok(self.profiles(&[user]).await?.pop().flatten().is_some())
    }

    /// To be called after a profile was made or changed.
    pub async fn forget_profile(&self, user: UserId) {
        self.people.forget(user).await;
    }

    async fn profiles(&self, ids: &[UserId]) -> Result<Vec<Option<ProfileSummary>>> {
        let people = self.people(ids).await?;
        Ok(people
            .into_iter()
            .map(|person| person.map(|person| person.summary))
            .collect())
    }

    /// What is kept of each profile. No read for what is in Redis, else one each in one batch.
    pub(crate) async fn people(&self, ids: &[UserId]) -> Result<Vec<Option<Person>>> {
        let read = |missing: Vec<UserId>| async move {
            let profiles = self.cloud.documents().get_all(PROFILES, &missing).await?;
            let person = |profile: cloud::Stored<Profile>| {
                Person::of(profile.into_inner(), |object| self.media_url(object))
            };
            Ok(profiles.into_iter().map(|profile| profile.map(person)).collect())
        };
        self.people.get_many(ids, read).await
    }
}
