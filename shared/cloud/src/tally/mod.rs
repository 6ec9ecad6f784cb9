//! Numbers that people see: each is the count of its records, never incremented in a document.
//!
//! An event makes somebody count the records again (once for many events) and write what was counted; Redis keeps it in front. Until the count
//! comes, whoever is about to change a record nudges the kept value, so that they see their own change at once. A nudged value is kept for seconds only,
//! so that a nudge whose change never happened is soon forgotten, and a count that began before the nudge does not undo it.

mod fields;
mod kept;
mod recount;

use crate::{Cloud, Collection, Document, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What was counted of one thing, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counted<C> {
    /// The thing's id among those of its kind.
    pub id: String,
    /// How often it was counted: of two of them, the higher is the later.
    pub generation: i64,
    /// The counts.
    pub counts: C,
}

impl<C: Counts> Document for Counted<C> {
    fn id(&self) -> String {
        self.id.clone()
    }
}

/// A struct whose fields are whole numbers, or structs of such.
pub trait Counts: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + Sync {}

impl<C: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + Sync> Counts for C {}

/// The counts of all things of one kind.
#[derive(Debug, Clone)]
pub struct Tally<C> {
    cloud: Cloud,
    collection: Collection<Counted<C>>,
    key: fn(&str) -> String,
}

impl<C: Counts> Tally<C> {
    /// The counts in `collection`; `key` is under which key of Redis those of an id are kept.
    pub fn new(cloud: Cloud, collection: Collection<Counted<C>>, key: fn(&str) -> String) -> Self {
        Self {
            cloud,
            collection,
            key,
        }
    }

    /// The counts of each id, in their order. A Redis command each; no read for what is kept there, else one each in one batch.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn of(&self, ids: &[String]) -> Result<Vec<C>> {
        let kept = self.kept(ids).await;
        let missing: Vec<&String> = ids
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| kept.is_none())
            .map(|(id, _)| id)
            .collect();
        let mut read = self.read(&missing).await?;
        let counts = ids.iter().zip(kept);
        Ok(counts
            .map(|(id, kept)| kept.or_else(|| read.remove(id)).unwrap_or_default())
            .collect())
    }

    /// Adds to the kept counts of `id` what is about to be changed: pairs of a field's name (`reactions.like`) and what is added to it. Two Redis
    /// commands; one read and one more when nothing is kept. Answers the counts with that, when Redis is there to keep them.
    pub async fn nudge(&self, id: &str, by: &[(String, i64)]) -> Option<C> {
        // what is not kept cannot be nudged: whoever acts would not see it before the count
        if by.is_empty() || self.of(&[id.to_owned()]).await.is_err() {
            return None;
        }
        self.add(id, by).await
    }

    async fn read(&self, ids: &[&String]) -> Result<HashMap<String, C>> {
        let stored = self.cloud.documents().get_all(self.collection, ids).await?;
        let counted: Vec<Counted<C>> = ids
            .iter()
            .zip(stored)
            .map(|(id, stored)| stored.map_or_else(|| zero(id), crate::Stored::into_inner))
            .collect();
        if let Err(error) = self.fill(&counted).await {
            tracing::debug!(%error, "counts are not kept");
        }
        Ok(counted
            .into_iter()
            .map(|counted| (counted.id, counted.counts))
            .collect())
    }
}

/// Of what nothing was ever counted.
fn zero<C: Counts>(id: &str) -> Counted<C> {
    Counted {
        id: id.to_owned(),
        generation: 0,
        counts: C::default(),
    }
}
