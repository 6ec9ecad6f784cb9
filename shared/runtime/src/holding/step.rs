//! One step of erasing.

use super::Erased;
use crate::Result;
use cloud::{Cloud, Document, Query};

/// One step of erasing: of the kinds that are named one after the other, some of the first that there is anything of. The later ones are not looked for
/// before the earlier ones are gone, so what others hang on is named last.
#[derive(Debug)]
pub struct Step<'a> {
    cloud: &'a Cloud,
    erased: Option<Erased>,
}

impl<'a> Step<'a> {
    /// One that has erased nothing so far.
    pub const fn new(cloud: &'a Cloud) -> Self {
        Self { cloud, erased: None }
    }

    /// Deletes what `query` finds, 300 at most. A read and a delete each, one read when there is nothing.
    ///
    /// # Errors
    /// Firestore is away, or an index is missing.
    pub async fn purge<T: Document>(&mut self, kind: &'static str, query: Query<T>) -> Result<()> {
        let cloud = self.cloud;
        self.work(kind, async || Ok(cloud.purge(query).await?)).await
    }

    /// Deletes objects of a bucket of ours that begin with `prefix`, 500 at most. One listing.
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn objects(&mut self, kind: &'static str, bucket: &str, prefix: &str) -> Result<()> {
        let cloud = self.cloud;
        let work = async || Ok(cloud.objects().delete_some(&cloud.bucket(bucket), prefix).await?);
        self.work(kind, work).await
    }

    /// Does `work`, which answers how many it has erased. It erases some hundred at most, and others when it is called again.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn work(
        &mut self,
        kind: &'static str,
        work: impl AsyncFnOnce() -> Result<usize>,
    ) -> Result<()> {
        if self.erased.is_none() {
            self.erased = Erased::some(kind, work().await?);
        }
        Ok(())
    }

    /// What it has erased; nothing when there was nothing left of any kind.
    pub const fn done(self) -> Option<Erased> {
        self.erased
    }
}
