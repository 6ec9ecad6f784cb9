//! The connection to Firestore, made at its first use: constructing it connects.

use crate::config::CloudConfig;
use crate::{Error, Result};
use firestore::gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use firestore::gcloud_sdk::{GoogleApi, GoogleAuthMiddleware};
use firestore::{FirestoreDb, FirestoreDbOptions};
use google_cloud_auth::credentials::anonymous;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tonic::Request;

/// The longest that one call may take; also sent to Firestore as its deadline.
const DEADLINE: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub(crate) struct Client {
    project: String,
    endpoint: Option<String>,
    /// Where our collections lie below the database's root: nothing, or `/functions/posts`.
    below: String,
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

    /// Firestore itself.
    pub(crate) async fn firestore(&self) -> Result<FirestoreClient<GoogleAuthMiddleware>> {
        Ok(self.connected.get_or_try_init(|| self.connect()).await?.0.get())
    }

    async fn connect(&self) -> Result<Connected> {
        let options = FirestoreDbOptions::new(self.project.clone()).with_request_timeout(DEADLINE);
        let db = match &self.endpoint {
            Some(endpoint) => {
                let options = options.with_firebase_api_url(endpoint.clone());
                FirestoreDb::with_options_auth(options, anonymous::Builder::new().build()).await
            }
            None => FirestoreDb::with_options(options).await,
        };
        let db = db.map_err(|error| Error::unavailable("Firestore", error))?;
        Ok(Connected(db.client().clone()))
    }
}

/// A request with our deadline.
pub(crate) fn timed<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(DEADLINE);
    request
}
