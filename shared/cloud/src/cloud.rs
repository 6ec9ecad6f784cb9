//! Everything a function reaches, behind one handle.

use crate::commit::Commit;
use crate::documents::Client;
use crate::{
    Backplane, Cache, CloudConfig, Coalesce, Documents, Events, IdempotencyKey, Jobs, Locks, Mailer, Objects,
    Outbox, Result, StoredAnswer,
};
use contracts::Clock;
use std::sync::Arc;
use std::time::Duration;

/// Everything a function reaches. Cheap to clone; nothing is connected before its first use.
#[derive(Debug, Clone)]
pub struct Cloud {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    function: &'static str,
    project: String,
    clock: Clock,
    outbox_due: Duration,
    counts_apart: Duration,
    documents: Documents,
    own_documents: Documents,
    cache: Cache,
    backplane: Backplane,
    events: Events,
    objects: Objects,
    jobs: Jobs,
    mail: Mailer,
}

impl Cloud {
    /// The cloud at `config` as `function` sees it, whose name its outbox, idempotency records and locks lie under. Connects to nothing.
    ///
    /// # Errors
    /// An address cannot be parsed.
    pub fn new(function: &'static str, config: &CloudConfig, clock: Clock) -> Result<Self> {
        let client = Client::new(config);
        let own = client.under(&format!("functions/{function}"));
        let cache = Cache::new(config)?;
        Ok(Self {
            inner: Arc::new(Inner {
                function,
                project: config.project.clone(),
                clock: clock.clone(),
                outbox_due: config.outbox_due,
                counts_apart: config.counts_apart,
                documents: Documents::new(client),
                own_documents: Documents::new(own),
                backplane: Backplane::new(cache.clone()),
                cache,
                events: Events::new(function, config, clock),
                objects: Objects::new(config),
                jobs: Jobs::new(config),
                mail: Mailer::new(config)?,
            }),
        })
    }

    /// The function this is for.
    pub fn function(&self) -> &'static str {
        self.inner.function
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Firestore, to read from.
    pub fn documents(&self) -> &Documents {
        &self.inner.documents
    }

    /// A new commit; it happens when it is awaited.
    pub fn commit(&self) -> Commit {
        Commit::new(self.clone(), self.inner.documents.client.clone())
    }

    /// The answer that was given to an earlier request with this key. Reads one document.
    ///
    /// # Errors
    /// Firestore is away; 422 `idempotency_key_reused` when the key was used for another request.
    pub async fn earlier_answer(&self, key: &IdempotencyKey) -> Result<Option<StoredAnswer>> {
        crate::commit::earlier(self, key).await
    }

    /// Whether the answer to an earlier request with this key is kept, whatever that asked for. Reads one document.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn has_answered(&self, key: &IdempotencyKey) -> Result<bool> {
        crate::commit::is_kept(self, key).await
    }

    /// What commits left to be sent.
    pub fn outbox(&self) -> Outbox {
        Outbox::new(self.clone())
    }

    /// Redis as a cache.
    pub fn cache(&self) -> &Cache {
        &self.inner.cache
    }

    /// One run of a piece of work for many who want it.
    pub fn coalesce(&self) -> Coalesce {
        Coalesce::new(self.inner.cache.clone())
    }

    /// Leases and locks: one at a time, across all instances.
    pub fn locks(&self) -> Locks {
        Locks::new(self.clone())
    }

    /// Cloud Storage.
    pub fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    /// Redis as the way to connected clients.
    pub fn backplane(&self) -> &Backplane {
        &self.inner.backplane
    }

    /// Pub/Sub.
    pub fn events(&self) -> &Events {
        &self.inner.events
    }

    /// Cloud Run Jobs.
    pub fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    /// The way mail goes out.
    pub fn mail(&self) -> &Mailer {
        &self.inner.mail
    }

    pub(crate) fn outbox_due(&self) -> Duration {
        self.inner.outbox_due
    }

    pub(crate) fn counts_apart(&self) -> Duration {
        self.inner.counts_apart
    }

    /// The name of one of the deployment's buckets: bucket names are global, so the project stands before it.
    pub fn bucket(&self, name: &str) -> String {
        format!("{}-{name}", self.inner.project)
    }

    /// The function's own collections, outbox and idempotency.
    pub(crate) fn own_documents(&self) -> &Documents {
        &self.inner.own_documents
    }

    pub(crate) fn own_commit(&self) -> Commit {
        Commit::new(self.clone(), self.inner.own_documents.client.clone())
    }
}
