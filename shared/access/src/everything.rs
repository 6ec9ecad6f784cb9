//! Walking everything there is of a kind.

use crate::Access;
use cloud::{Collection, Document, Result};
use contracts::{Subject, SubjectKind, ThingId};
use serde::{Deserialize, Serialize};

/// Whatever is found by its id alone: no field of it is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {}

impl Document for Named {
    fn id(&self) -> String {
        String::new()
    }
}

const fn collection(kind: SubjectKind) -> Collection<Named> {
    Collection::new(match kind {
        SubjectKind::Post => "posts",
        SubjectKind::Comment => "comments",
        SubjectKind::Video => "videos",
        SubjectKind::User => "profiles",
    })
}

impl Access {
    /// At most `limit` things of a kind in the order of their ids, after one. One read each; no index.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn some_of(
        &self,
        kind: SubjectKind,
        after: Option<ThingId>,
        limit: usize,
    ) -> Result<Vec<Subject>> {
        let after = after.map(|id| id.to_string());
        let query = collection(kind).query().by_name(after).limit(limit);
        let found = self.cloud.documents().query(query).await?;
        let ids = found.iter().filter_map(|thing| thing.document_id().parse().ok());
        Ok(ids.map(|id| Subject::of(kind, id)).collect())
    }
}
