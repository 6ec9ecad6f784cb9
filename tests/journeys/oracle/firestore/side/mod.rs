//! One of the two emulators, with what it has answered so far.

mod gets;
mod lists;
mod queries;
mod writes;

use super::shown::Times;
use super::step::{Mode, Step, step_of, time_of};
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::transaction_options::{self, ReadOnly, ReadWrite, read_only};
use gcloud_sdk::google::firestore::v1::{
    BeginTransactionRequest, Precondition, RollbackRequest, TransactionOptions, Write, WriteResult,
};
use prost_types::Timestamp;
use std::collections::BTreeMap;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// What a read is tied to, as the request of a kind says it: each has an enumeration of its own with the same variants.
macro_rules! tied {
    ($side:ident, $at:ident, $selector:ident) => {
        match $at {
            At::Now => None,
            At::Time(commit) => $side.time(commit).map($selector::ReadTime),
            At::Transaction(begun) => Some($selector::Transaction($side.transaction(begun))),
            At::New(mode) => Some($selector::NewTransaction($side.options(&mode))),
        }
    };
}
use tied;

/// A time long before all commits: what the time of a step without a commit is.
const LONG_AGO: Timestamp = Timestamp { seconds: 1, nanos: 0 };

pub(super) type AsOwner = fn(Request<()>) -> Result<Request<()>, Status>;

/// Google's emulator asks for this of who calls what only servers may.
#[expect(clippy::unnecessary_wraps, reason = "tonic's interceptors may refuse")]
pub(super) fn as_owner(mut request: Request<()>) -> Result<Request<()>, Status> {
    let owner = tonic::metadata::MetadataValue::from_static("Bearer owner");
    request.metadata_mut().insert("authorization", owner);
    Ok(request)
}

/// One emulator, and a database in it.
pub(super) struct Side {
    client: FirestoreClient<InterceptedService<Channel, AsOwner>>,
    database: String,
    times: Times,
    commits: BTreeMap<usize, Timestamp>,
    transactions: BTreeMap<usize, Vec<u8>>,
    /// The words of refusals inside the last answer.
    said: String,
}

impl Side {
    pub(super) async fn at(address: &str, database: &str) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let channel = endpoint.connect().await.expect("an emulator");
        let client = FirestoreClient::with_interceptor(channel, as_owner as AsOwner);
        Self {
            client: client.max_decoding_message_size(usize::MAX),
            database: database.to_owned(),
            times: Times::default(),
            commits: BTreeMap::new(),
            transactions: BTreeMap::new(),
            said: String::new(),
        }
    }

    /// Whether it refuses a step.
    pub(super) async fn refuses(&mut self, number: usize, step: &Step) -> bool {
        self.answer(number, step).await.is_err()
    }

    /// Does a step and tells the answer, everything that must be the same on both sides, with the words of a refusal, which need not.
    pub(super) async fn play(&mut self, number: usize, step: &Step) -> (String, String) {
        match self.answer(number, step).await {
            Ok(answer) => (answer, std::mem::take(&mut self.said)),
            Err(status) => (format!("{:?}", status.code()), status.message().to_owned()),
        }
    }

    async fn answer(&mut self, number: usize, step: &Step) -> Result<String, Status> {
        match step.clone() {
            Step::Commit { writes, transaction } => self.commit(number, writes, transaction).await,
            Step::BatchWrite(writes) => self.batch_write(number, writes).await,
            Step::Create { .. } | Step::Update { .. } | Step::Delete { .. } => {
                self.write_one(number, step.clone()).await
            }
            Step::Get { .. } | Step::BatchGet { .. } => self.get(number, step.clone()).await,
            Step::List { .. } | Step::ListIds { .. } => self.list(step.clone()).await,
            Step::Query { parent, query, at } => self.query(number, parent, query, at).await,
            Step::Aggregate { parent, query, at } => self.aggregate(number, parent, query, at).await,
            Step::Begin(mode) => self.begin(number, &mode).await,
            Step::Rollback(begun) => self.rollback(begun).await,
        }
    }

    async fn begin(&mut self, number: usize, mode: &Mode) -> Result<String, Status> {
        let request = BeginTransactionRequest {
            database: self.database.clone(),
            options: Some(self.options(mode)),
            ..Default::default()
        };
        let answer = self.client.begin_transaction(request).await?.into_inner();
        self.begun(number, &answer.transaction);
        Ok("begun".to_owned())
    }

    async fn rollback(&mut self, begun: usize) -> Result<String, Status> {
        let request = RollbackRequest {
            database: self.database.clone(),
            transaction: self.transaction(begun),
            ..Default::default()
        };
        self.client.rollback(request).await?;
        Ok("rolled back".to_owned())
    }

    fn options(&self, mode: &Mode) -> TransactionOptions {
        use transaction_options::Mode as Proto;
        let mode = match mode {
            Mode::ReadWrite => Proto::ReadWrite(ReadWrite::default()),
            Mode::Again(begun) => Proto::ReadWrite(ReadWrite {
                retry_transaction: self.transaction(*begun),
                ..Default::default()
            }),
            Mode::ReadOnly => Proto::ReadOnly(ReadOnly::default()),
            Mode::Past(commit) => {
                let consistency_selector = self.time(*commit).map(read_only::ConsistencySelector::ReadTime);
                Proto::ReadOnly(ReadOnly { consistency_selector })
            }
        };
        TransactionOptions { mode: Some(mode) }
    }

    fn resolved(&self, writes: Vec<Write>) -> Vec<Write> {
        let one = |mut write: Write| {
            write.current_document = write.current_document.map(|when| self.precondition(when));
            write
        };
        writes.into_iter().map(one).collect()
    }

    fn precondition(&self, when: Precondition) -> Precondition {
        let condition_type = match when.condition_type {
            Some(ConditionType::UpdateTime(time)) => Some(ConditionType::UpdateTime(
                step_of(&time).map_or(time, |step| self.time(step).unwrap_or(LONG_AGO)),
            )),
            other => other,
        };
        Precondition { condition_type }
    }

    /// When the step's commit was, if it made one.
    fn time(&self, step: usize) -> Option<Timestamp> {
        self.commits.get(&step).copied()
    }

    fn transaction(&self, step: usize) -> Vec<u8> {
        self.transactions.get(&step).cloned().unwrap_or_else(|| vec![1])
    }

    fn begun(&mut self, number: usize, transaction: &[u8]) {
        if !transaction.is_empty() {
            self.transactions.insert(number, transaction.to_vec());
        }
    }

    fn committed(&mut self, number: usize, time: Option<Timestamp>) {
        self.times.learn(time.as_ref(), &format!("t{number}"));
        if let Some(time) = time {
            self.commits.insert(number, time);
        }
    }

    fn result(&self, result: &WriteResult) -> String {
        let results: Vec<String> = result
            .transform_results
            .iter()
            .map(|value| self.times.value(value))
            .collect();
        format!(
            "{} [{}] ",
            self.times.show(result.update_time.as_ref()),
            results.join(", ")
        )
    }
}

/// The time of a step, for who makes requests.
pub(super) fn update_time(step: usize) -> Precondition {
    Precondition {
        condition_type: Some(ConditionType::UpdateTime(time_of(step))),
    }
}
