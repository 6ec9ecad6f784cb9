//! The connection to Firestore, made at its first use: constructing it connects.

use crate::config::{CloudConfig, Timeouts};
use firestore::gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use firestore::gcloud_sdk::{GoogleApi, GoogleAuthMiddleware};
use firestore::{FirestoreDb, FirestoreDbOptions};
use google_cloud_auth::credentials::anonymous;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tonic::{Request, Status};

#[derive(Debug, Clone)]
pub(crate) struct Client {
    project: String,
    endpoint: Option<String>,
    /// Where our collections lie below the database's root: nothing, or `/functions/posts`.
    below: String,
    timeouts: Timeouts,
    connected: Arc<OnceCell<Connected>>,
}

/// A connection.
#[derive(Clone)]
struct Connected(GoogleApi<FirestoreClient<GoogleAuthMiddleware>>);

impl std::fmt::Debug for Connected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connected")
    }
}

impl Client {
    pub(crate) fn new(config: &CloudConfig) -> Self {
        Self {
            project: config.project.clone(),
            endpoint: config.endpoints.firestore.clone(),
            below: String::new(),
            timeouts: config.timeouts,
            connected: Arc::default(),
        }
    }

    /// The same connection, for collections under the document `path`.
    pub(crate) fn under(&self, path: &str) -> Self {
        Self {
            below: format!("{}/{path}", self.below),
            ..self.clone()
        }
    }

    /// `projects/P/databases/(default)`.
    pub(crate) fn database(&self) -> String {
        format!("projects/{}/databases/(default)", self.project)
    }

    /// The parent of all our collections.
    pub(crate) fn root(&self) -> String {
        format!("{}/documents{}", self.database(), self.below)
    }

    /// The full name of a document.
    pub(crate) fn name(&self, collection: &str, id: &str) -> String {
        format!("{}/{collection}/{id}", self.root())
    }

    /// How long calls may take.
    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// Firestore itself.
    ///
    /// # Errors
    /// `UNAVAILABLE`: it cannot be reached.
    pub(crate) async fn firestore(&self) -> Result<FirestoreClient<GoogleAuthMiddleware>, Status> {
        Ok(self.connected.get_or_try_init(|| self.connect()).await?.0.get())
    }

    async fn connect(&self) -> Result<Connected, Status> {
        let options = FirestoreDbOptions::new(self.project.clone()).with_request_timeout(self.timeouts.call);
        let db = match &self.endpoint {
            Some(endpoint) => {
                let options = options.with_firebase_api_url(endpoint.clone());
                FirestoreDb::with_options_auth(options, anonymous::Builder::new().build()).await
            }
            None => FirestoreDb::with_options(options).await,
        };
        let db = db.map_err(|error| Status::unavailable(error.to_string()))?;
        Ok(Connected(db.client().clone()))
    }
}

/// A request that Firestore gives up after `limit` (`grpc-timeout`).
pub(crate) fn timed<T>(message: T, limit: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(limit);
    request
}
