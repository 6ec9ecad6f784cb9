//! A thing as it is at the moment, with whom it names.

use super::Snapshot;
use crate::model::StoredMention;
use crate::state::Posts;
use cloud::Result;
use contracts::{Refusal, Subject, mentions};

impl Posts {
    /// What `subject` says and shows now. One read, and its author's profile when it is not kept; when the text names people, those who are there.
    ///
    /// # Errors
    /// `NotFound`: it is not there.
    pub(crate) async fn snapshot(&self, subject: Subject) -> Result<Snapshot> {
        let snapshot = self.access.snapshot(subject).await?;
        let snapshot = snapshot.ok_or(Refusal::NotFound)?;
        let mut usernames = mentions::find(&snapshot.text);
        usernames.truncate(mentions::MOST);
        let people = self.access.named(&usernames).await?;
        let named = people.into_iter().map(|person| StoredMention {
            user_id: person.user_id,
            username: person.username.to_lowercase(),
            written: true,
            tagged: false,
        });
        Ok(Snapshot {
            snapshot,
            named: named.collect(),
        })
    }
}
