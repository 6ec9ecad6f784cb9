//! What a thing says and shows, for reports of it: kept whatever becomes of it.

use crate::Access;
use crate::people::Author;
use cloud::{Collection, Document, Documents, Result};
use contracts::resources::ReportSnapshot;
use contracts::{Subject, UserId};
use serde::{Deserialize, Serialize};

/// Whatever has words: posts, comments, videos, profiles. Each has some of these fields.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Worded {
    author_id: Option<UserId>,
    user_id: Option<UserId>,
    username: String,
    text: Option<String>,
    title: Option<String>,
    description: Option<String>,
    display_name: Option<String>,
    bio: Option<String>,
    media: Vec<Pictured>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Pictured {
    url: Option<String>,
}

impl Document for Worded {
    fn id(&self) -> String {
        String::new()
    }
}

/// Where things of each kind are, and their ids there.
fn place(subject: Subject) -> (Collection<Worded>, String) {
    let id = subject.id().to_string();
    match subject {
        Subject::Post(_) => (Collection::new("posts"), id),
        Subject::Comment(_) => (Collection::new("comments"), id),
        Subject::Video(_) => (Collection::new("videos"), id),
        Subject::User(_) => (Collection::new("profiles"), id),
    }
}

impl Worded {
    fn author(&self) -> Option<Author> {
        let user_id = self.author_id.or(self.user_id)?;
        Some(Author {
            user_id,
            username: self.username.clone(),
        })
    }

    fn text(&self) -> String {
        let parts = [
            &self.text,
            &self.title,
            &self.description,
            &self.display_name,
            &self.bio,
        ];
        let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
        parts.join("\n")
    }
}

impl Access {
    /// The thing as it is now, whoever may see it; none when it is not there. One read, and its author's profile when it is not kept.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn snapshot(&self, subject: Subject) -> Result<Option<ReportSnapshot>> {
        let Some(worded) = read(self.cloud.documents(), subject).await? else {
            return Ok(None);
        };
        let Some(author) = worded.author() else {
            return Ok(None);
        };
        Ok(Some(ReportSnapshot {
            author: self.summary(&author).await?,
            text: worded.text(),
            media: worded.media.into_iter().filter_map(|media| media.url).collect(),
        }))
    }
}

async fn read(documents: &Documents, subject: Subject) -> Result<Option<Worded>> {
    let (collection, id) = place(subject);
    let found = documents.get(collection, id).await?;
    Ok(found.map(cloud::Stored::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_says_what_it_has() {
        let user = UserId::random();
        for (json, text) in [
            (
                serde_json::json!({ "authorId": user, "text": "hi", "media": [{ "url": "u" }] }),
                "hi",
            ),
            (
                serde_json::json!({ "userId": user, "title": "Waves", "description": "blue" }),
                "Waves\nblue",
            ),
            (serde_json::json!({ "userId": user, "displayName": "Ann" }), "Ann"),
        ] {
            let worded: Worded = serde_json::from_value(json).unwrap();
            assert_eq!(worded.author().map(|author| author.user_id), Some(user));
            assert_eq!(worded.text(), text);
        }
    }
}
