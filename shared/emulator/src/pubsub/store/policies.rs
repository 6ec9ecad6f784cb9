//! IAM policies of topics, subscriptions and snapshots. They go with their resource.

use super::{Store, decode};
use gcloud_sdk::google::iam::v1::Policy;
use prost::Message as _;
use rusqlite::params;
use tonic::Status;

pub(super) const TABLES: &str = "CREATE TABLE IF NOT EXISTS pubsub_policies (resource TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;";

impl Store<'_> {
    pub(crate) fn policy(&self, resource: &str) -> Result<Option<Policy>, Status> {
        let sql = "SELECT body FROM pubsub_policies WHERE resource = ?";
        let body: Option<Vec<u8>> = self.one(sql, [resource], |row| row.get(0))?;
        body.map(|body| decode(&body)).transpose()
    }

    pub(crate) fn save_policy(&self, resource: &str, policy: &Policy) -> Result<(), Status> {
        let sql = "INSERT OR REPLACE INTO pubsub_policies VALUES (?, ?)";
        self.run(sql, params![resource, policy.encode_to_vec()])
            .map(|_| ())
    }

    pub(super) fn drop_policy(&self, resource: &str) -> Result<(), Status> {
        self.run("DELETE FROM pubsub_policies WHERE resource = ?", [resource])
            .map(|_| ())
    }
}
