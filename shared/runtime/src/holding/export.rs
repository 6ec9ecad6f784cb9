//! Writing a function's part of an export.

use super::Holder;
use crate::{Context, Error, Result};
use cloud::{Cloud, Document, Query, hash};
use contracts::events::accounts::{ExportPart, ExportRequested};
use contracts::{Event, ExportId, UserId};
use serde::Serialize;

/// The bucket of exports. Every function that holds something of people writes there; `auth` has it.
pub const EXPORTS: &str = "exports";

/// Documents of one page: what is in memory at a time.
const PAGE: usize = 200;

/// Where a function writes its part of an export: pages of JSON, each an object of its own, so that memory does not depend on how much there is.
#[derive(Debug)]
pub struct Export {
    cloud: Cloud,
    folder: String,
    pages: usize,
}

impl Export {
    /// The prefix of all objects of the exports of `user`.
    pub fn folder_of(user: UserId) -> String {
        format!("{user}/")
    }

    /// The prefix of the parts of one export.
    pub fn parts_of(user: UserId, export: ExportId) -> String {
        format!("{user}/{export}/parts/")
    }

    /// Writes one page of a kind: things as their owner may see them. One write of Cloud Storage.
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn page<T: Serialize + Sync>(&mut self, kind: &str, things: &[T]) -> Result<()> {
        if things.is_empty() {
            return Ok(());
        }
        self.pages += 1;
        let name = format!("{}{kind}-{:05}.json", self.folder, self.pages);
        let bytes = serde_json::to_vec_pretty(things).map_err(Error::failed)?;
        let bucket = self.cloud.bucket(EXPORTS);
        let objects = self.cloud.objects();
        Ok(objects.put(&bucket, &name, bytes, "application/json").await?)
    }

    /// Writes all that `query` finds, as `shown`. A read each; a write of Cloud Storage for each 200.
    ///
    /// # Errors
    /// Firestore or Cloud Storage is away.
    pub async fn all<T: Document, V: Serialize + Send + Sync>(
        &mut self,
        kind: &str,
        query: Query<T>,
        shown: impl Fn(T) -> V + Send,
    ) -> Result<()> {
        let mut after = None;
        loop {
            let page = query.clone().by_name(after.take()).limit(PAGE);
            let found = self.cloud.documents().query(page).await?;
            after = (found.len() == PAGE)
                .then(|| found.last().map(|last| last.id()))
                .flatten();
            let things: Vec<V> = found
                .into_iter()
                .map(|stored| shown(stored.into_inner()))
                .collect();
            self.page(kind, &things).await?;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

/// `export.requested`: writes the part and says so.
pub(crate) async fn write<S: Holder>(
    context: Context,
    event: Event<ExportRequested>,
    state: S,
) -> Result<()> {
    let ExportRequested { export_id, user_id } = event.data;
    let cloud = context.cloud();
    let function = cloud.function();
    let mut export = Export {
        cloud: cloud.clone(),
        folder: format!("{}{function}/", Export::parts_of(user_id, export_id)),
        pages: 0,
    };
    state.export(user_id, &mut export).await?;
    let id = hash::event_id::<ExportPart>(&[export_id.as_bytes(), function.as_bytes()]);
    let part = ExportPart {
        export_id,
        function: function.to_owned(),
    };
    Ok(cloud.commit().emit_as(id, &part).await?)
}
