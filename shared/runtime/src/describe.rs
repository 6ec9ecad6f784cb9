//! What a function is and needs, as data: what `describe` prints, and what a local Kith, a test and Terraform make.

use serde::{Deserialize, Serialize};

/// A piece of the cloud that a function reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Need {
    /// Firestore, to read and to write.
    Documents,
    /// Firestore, to read.
    DocumentsToRead,
    /// Redis as a cache.
    Cache,
    /// Redis as the way to connected clients.
    Backplane,
    /// A bucket of Cloud Storage.
    Bucket(Bucket),
    /// A bucket that another function keeps, by its name within the deployment: to store objects in.
    BucketToWrite(String),
    /// The right to start a job.
    Job(String),
    /// A secret, by the name of its variable.
    Secret(String),
}

/// A bucket of Cloud Storage; its global name has the project before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// Its name within the deployment.
    pub name: String,
    /// Everybody may read its objects.
    pub public: bool,
    /// The topic that is told of new objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifies: Option<String>,
}

/// One function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Folder, package, image, service: one name.
    pub name: String,
    /// What it reaches.
    pub needs: Vec<Need>,
    /// It holds something of people: it is to hear when an account is deleted, and is waited for until it has erased what it holds.
    #[serde(default)]
    pub holds_people: bool,
    /// What it answers, in the order of their paths.
    pub routes: Vec<Route>,
    /// What it listens to.
    pub subscriptions: Vec<Subscription>,
    /// What it does by the clock.
    pub schedules: Vec<Schedule>,
}

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Route {
    /// The path, with its parameters in braces.
    pub path: String,
    /// The method, upper case.
    pub method: String,
}

/// A push subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its name: the function's and the event's.
    pub name: String,
    /// The topic.
    pub topic: String,
    /// Which of the topic's messages.
    pub filter: String,
    /// Where they are pushed to.
    pub path: String,
}

/// Something that is done by the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Its name: the function's and what is done.
    pub name: String,
    /// When, as unix-cron in UTC.
    pub cron: String,
    /// What is called.
    pub path: String,
}

/// One job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobDescription {
    /// Folder, package, image, job: one name.
    pub name: String,
    /// How often a failed task is tried again.
    pub max_retries: u32,
    /// How long one attempt may take, in seconds.
    pub timeout_seconds: u64,
}
