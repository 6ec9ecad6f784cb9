//! The emulator as a whole: what its services share, its routes, its life.

use crate::clock::Clock;
use crate::control;
use crate::db::Db;
use crate::faults::{self, Faults, SlowDisk};
use crate::firestore::Firestore;
use crate::grpc::name_what_is_missing;
use crate::hosts::Hosts;
use crate::iam::{self, Accounts};
use crate::mail::Mailbox;
use crate::oidc::Issuer;
use crate::options::{Durability, Options};
use crate::pubsub::PubSub;
use crate::run::Jobs;
use crate::scheduler::Scheduler;
use crate::storage::Storage;
use axum::Router;
use axum::middleware::from_fn;
use axum::serve::ListenerExt;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What all services share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) data: PathBuf,
    pub(crate) db: Db,
    pub(crate) durability: Durability,
    pub(crate) clock: Arc<Clock>,
    pub(crate) faults: Arc<Faults>,
    /// What every write to the disk asks first.
    pub(crate) slow_disk: SlowDisk,
    pub(crate) hosts: Hosts,
    pub(crate) issuer: Issuer,
    pub(crate) accounts: Accounts,
    /// The client that pushes and schedules go out with.
    pub(crate) http: reqwest::Client,
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder could not be made or read.
    #[error("the data folder {0}: {1}")]
    Folder(PathBuf, #[source] std::io::Error),
    /// The database could not be opened or read.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// What is stored is not what this version reads.
    #[error("what is stored cannot be read: {0}")]
    Stored(String),
    /// A key could not be made or read.
    #[error("the signing key: {0}")]
    Key(String),
    /// The HTTP client could not be made.
    #[error("the HTTP client: {0}")]
    Http(#[from] reqwest::Error),
}

/// Firestore, Pub/Sub, Cloud Storage, IAM, Cloud Run Jobs and Cloud Scheduler over one data folder.
///
/// Background work (deliveries, schedules, job executions) runs from [`Emulator::open`] until the value is dropped.
#[derive(Debug, Clone)]
pub struct Emulator {
    pub(crate) core: Arc<Core>,
    pub(crate) firestore: Firestore,
    pub(crate) pubsub: PubSub,
    pub(crate) storage: Storage,
    pub(crate) jobs: Jobs,
    pub(crate) scheduler: Scheduler,
    pub(crate) mailbox: Mailbox,
}

impl Emulator {
    /// Opens the data folder and takes up the work that was left. Must run inside a Tokio runtime.
    ///
    /// # Errors
    /// The folder, the database or the key cannot be made or read.
    pub fn open(options: Options) -> Result<Self, StartError> {
        let folder = |error| StartError::Folder(options.data.clone(), error);
        std::fs::create_dir_all(&options.data).map_err(folder)?;
        let (clock, faults) = (Arc::new(Clock::default()), Arc::new(Faults::default()));
        let slow = SlowDisk::new(Arc::clone(&clock), Arc::clone(&faults));
        let db = Db::open(&options.data.join("emulator.db"), options.durability)?.slowed(slow.clone());
        let core = Arc::new(Core {
            accounts: Accounts::open(&db)?,
            db,
            durability: options.durability,
            slow_disk: slow,
            clock,
            faults,
            hosts: Hosts::new(options.hosts),
            issuer: Issuer::open(&options.data)?,
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            data: options.data,
        });
        let pubsub = PubSub::open(Arc::clone(&core))?;
        Ok(Self {
            firestore: Firestore::open(Arc::clone(&core))?,
            storage: Storage::open(Arc::clone(&core), pubsub.clone())?,
            jobs: Jobs::open(Arc::clone(&core), options.images)?,
            scheduler: Scheduler::open(Arc::clone(&core))?,
            mailbox: Mailbox::open(Arc::clone(&core))?,
            pubsub,
            core,
        })
    }

    /// Every API, the control surface (`/_emulator`) and the mailbox (`/_mailbox`). For loopback only: it opens everything to whoever reaches it.
    pub fn router(&self) -> Router {
        let apis = self
            .services()
            .merge(faults::router(Arc::clone(&self.core)))
            .merge(control::router(self.clone()))
            .merge(self.mailbox.router())
            .layer(from_fn(name_what_is_missing));
        self.faults().over(apis)
    }

    /// The services alone: no fault strikes here.
    pub(crate) fn services(&self) -> Router {
        Router::new()
            .merge(self.firestore.router())
            .merge(self.pubsub.router())
            .merge(self.storage.router())
            .merge(self.jobs.router())
            .merge(self.scheduler.router())
            .merge(iam::router(Arc::clone(&self.core)))
            .merge(self.core.issuer.router())
    }

    fn faults(&self) -> faults::Layer {
        faults::Layer::new(Arc::clone(&self.core), self.storage.clone())
    }

    /// Only what a browser may see of Cloud Storage: signed URLs and public objects at `/{bucket}/{object}`.
    ///
    /// Answers `None` from [`Emulator::has_bucket`] decide whether a path is meant for it.
    pub fn objects_router(&self) -> Router {
        self.faults().over(self.storage.public_router())
    }

    /// Whether there is a bucket of that name.
    pub fn has_bucket(&self, name: &str) -> bool {
        self.storage.has_bucket(name)
    }

    /// From now on, hosts that end in `suffix` are at `address`.
    pub fn set_host(&self, suffix: &str, address: std::net::SocketAddr) {
        self.core.hosts.set(suffix, address);
    }

    /// Serves [`Emulator::router`] on `listener` (HTTP/1 and gRPC over h2c) until `stop` is done.
    ///
    /// # Errors
    /// The listener failed.
    #[expect(
        clippy::disallowed_methods,
        reason = "the emulator depends on nothing of ours, the runtime's `serve` included"
    )]
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        self.storage.served_at(listener.local_addr()?);
        // else a second message waits for the client's delayed acknowledgement of the first, some 40 ms
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, self.router())
            .with_graceful_shutdown(stop)
            .await
    }
}
