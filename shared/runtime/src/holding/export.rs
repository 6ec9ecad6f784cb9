//! Where a function writes its part of an export.

use super::writing::Place;
use crate::{Error, Result};
use cloud::{Cloud, Document, Query};
use contracts::{ExportId, Timestamp, UserId};
use serde::Serialize;
use std::time::Duration;

/// The bucket of exports. Every function that holds something of people writes there; `auth` has it.
pub const EXPORTS: &str = "exports";

/// Documents of one page: what is in memory at a time.
const PAGE: usize = 200;

/// Where a function writes its part of an export: pages of JSON, each an object of its own, so that memory does not depend on how much there is.
#[derive(Debug)]
pub struct Export {
    cloud: Cloud,
    folder: String,
    /// How far it is.
    place: Place,
    /// How many kinds were asked for in this stint.
    asked: u32,
    begun: Timestamp,
    /// How long the stint may take.
    time: Duration,
    /// The stint is over before everything is written.
    paused: bool,
}

impl Export {
    /// Goes on from `place`, for so long.
    pub(super) fn at(cloud: &Cloud, folder: String, place: Place, time: Duration) -> Self {
        Self {
            cloud: cloud.clone(),
            folder,
            place,
            asked: 0,
            begun: cloud.clock().now(),
            time,
            paused: false,
        }
    }

    /// Where the next stint goes on; none when all is written.
    pub(super) fn rest(self) -> Option<Place> {
        self.paused.then_some(self.place)
    }

    /// The prefix of all objects of the exports of `user`.
    pub fn folder_of(user: UserId) -> String {
        format!("{user}/")
    }

    /// The prefix of the parts of one export.
    pub fn parts_of(user: UserId, export: ExportId) -> String {
        format!("{user}/{export}/parts/")
    }

    /// Writes all that `query` finds, as `shown`. A read each; a write of Cloud Storage for each 200.
    ///
    /// # Errors
    /// Firestore or Cloud Storage is away.
    pub async fn all<T: Document, V: Serialize + Send + Sync>(
        &mut self,
        kind: &str,
        query: Query<T>,
        mut shown: impl FnMut(T) -> V + Send,
    ) -> Result<()> {
        self.those(kind, query, move |found| Some(shown(found))).await
    }

    /// As [`Export::all`], without those of which `shown` shows nothing: they are not the person's.
    ///
    /// # Errors
    /// Firestore or Cloud Storage is away.
    pub async fn those<T: Document, V: Serialize + Send + Sync>(
        &mut self,
        kind: &str,
        query: Query<T>,
        mut shown: impl FnMut(T) -> Option<V> + Send,
    ) -> Result<()> {
        let kind_at = self.asked;
        self.asked += 1;
        if self.paused || kind_at < self.place.kinds {
            return Ok(());
        }
        loop {
            let page = query.clone().by_name(self.place.after.take()).limit(PAGE);
            let found = self.cloud.documents().query(page).await?;
            let last = found.last().filter(|_| found.len() == PAGE);
            self.place.after = last.map(|last| last.document_id().to_owned());
            let things = found.into_iter().map(cloud::Stored::into_inner);
            let things: Vec<V> = things.filter_map(&mut shown).collect();
            self.page(kind, &things).await?;
            if self.place.after.is_none() {
                self.place.kinds = kind_at + 1;
            }
            self.paused = self.cloud.clock().now().since(self.begun) >= self.time;
            if self.paused || self.place.after.is_none() {
                return Ok(());
            }
        }
    }

    /// Writes one page of a kind. One write of Cloud Storage; none for an empty one.
    async fn page<T: Serialize + Sync>(&mut self, kind: &str, things: &[T]) -> Result<()> {
        if things.is_empty() {
            return Ok(());
        }
        self.place.pages += 1;
        let name = format!("{}{kind}-{:05}.json", self.folder, self.place.pages);
        let bytes = serde_json::to_vec_pretty(things).map_err(Error::failed)?;
        let bucket = self.cloud.bucket(EXPORTS);
        let objects = self.cloud.objects();
        Ok(objects.put(&bucket, &name, bytes, "application/json").await?)
    }
}
