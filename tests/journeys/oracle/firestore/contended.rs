//! Several clients at once on the same few documents: transactions that read, then write one more; increments without a transaction; readers
//! of one moment. Who waits and who is `ABORTED` depends on time, and on each side's patience; what may come out does not: every client comes
//! through by trying again, no update is lost, nobody sees a moment change, and both sides hold the same documents in the end.

use super::side::{AsOwner, as_owner};
use crate::oracle::chance::Chance;
use gcloud_sdk::google::firestore::v1::batch_get_documents_request::ConsistencySelector;
use gcloud_sdk::google::firestore::v1::batch_get_documents_response::Result as Found;
use gcloud_sdk::google::firestore::v1::document_transform::FieldTransform;
use gcloud_sdk::google::firestore::v1::document_transform::field_transform::TransformType;
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::transaction_options::{Mode, ReadOnly, ReadWrite};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{
    BatchGetDocumentsRequest, BeginTransactionRequest, CommitRequest, Document, DocumentMask,
    RollbackRequest, TransactionOptions, Value, Write,
};
use std::collections::BTreeMap;
use std::time::Duration;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

/// How often a client tries before it is believed that it never comes through.
const TRIES: u32 = 60;
const DOCUMENTS: usize = 2;

/// What a client does, to which documents.
#[derive(Debug, Clone)]
enum Part {
    /// Reads, and writes one more to each.
    Transaction(Vec<usize>),
    /// Reads both, and writes the first as it was read and one more to the second.
    Guarded,
    Increment(usize),
    /// Reads all, twice, in a read-only transaction.
    Look,
}

fn parts(chance: &mut Chance) -> Vec<Part> {
    chance.some(3, 6, |chance| match chance.below(7) {
        0..3 => Part::Transaction(if chance.one_in(2) {
            vec![0, 1]
        } else {
            vec![chance.below(DOCUMENTS)]
        }),
        3 => Part::Guarded,
        4 | 5 => Part::Increment(chance.below(DOCUMENTS)),
        _ => Part::Look,
    })
}

/// A client of one side.
#[derive(Clone)]
struct Client {
    stub: FirestoreClient<InterceptedService<Channel, AsOwner>>,
    database: String,
}

type Numbers = BTreeMap<String, i64>;

impl Client {
    async fn at(address: &str, database: &str) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let channel = endpoint.connect().await.expect("an emulator");
        Self {
            stub: FirestoreClient::with_interceptor(channel, as_owner as AsOwner),
            database: database.to_owned(),
        }
    }

    fn name(&self, number: usize) -> String {
        format!("{}/documents/a/{number}", self.database)
    }

    async fn begin(&mut self, mode: Mode) -> Result<Vec<u8>, Status> {
        let request = BeginTransactionRequest {
            database: self.database.clone(),
            options: Some(TransactionOptions { mode: Some(mode) }),
            ..Default::default()
        };
        Ok(self
            .stub
            .begin_transaction(request)
            .await?
            .into_inner()
            .transaction)
    }

    async fn end(&mut self, transaction: Vec<u8>) {
        let request = RollbackRequest {
            database: self.database.clone(),
            transaction,
            ..Default::default()
        };
        // one that was aborted has ended
        let _ = self.stub.rollback(request).await;
    }

    async fn read(&mut self, transaction: Option<&[u8]>) -> Result<Numbers, Status> {
        let request = BatchGetDocumentsRequest {
            database: self.database.clone(),
            documents: (0..DOCUMENTS).map(|number| self.name(number)).collect(),
            consistency_selector: transaction.map(|id| ConsistencySelector::Transaction(id.to_vec())),
            ..Default::default()
        };
        let mut stream = self.stub.batch_get_documents(request).await?.into_inner();
        let mut numbers = Numbers::new();
        while let Some(answer) = stream.message().await? {
            if let Some(Found::Found(document)) = answer.result
                && let Some(ValueType::IntegerValue(n)) = document.fields["n"].value_type
            {
                numbers.insert(document.name, n);
            }
        }
        Ok(numbers)
    }

    async fn commit(&mut self, writes: Vec<Write>, transaction: Vec<u8>) -> Result<(), Status> {
        let request = CommitRequest {
            database: self.database.clone(),
            writes,
            transaction,
            ..Default::default()
        };
        self.stub.commit(request).await.map(drop)
    }

    fn set(&self, number: usize, n: i64) -> Write {
        let document = Document {
            name: self.name(number),
            fields: [("n".to_owned(), integer(n))].into(),
            ..Default::default()
        };
        Write {
            operation: Some(Operation::Update(document)),
            ..Default::default()
        }
    }

    fn increment(&self, number: usize) -> Write {
        let transform = FieldTransform {
            field_path: "n".to_owned(),
            transform_type: Some(TransformType::Increment(integer(1))),
        };
        Write {
            update_mask: Some(DocumentMask::default()),
            update_transforms: vec![transform],
            ..self.set(number, 0)
        }
    }

    /// One try; `before` is the transaction that it tries again, or empty, and becomes its own.
    async fn attempt(&mut self, part: &Part, before: &mut Vec<u8>) -> Result<(), Status> {
        let again = ReadWrite {
            retry_transaction: before.clone(),
            ..Default::default()
        };
        match part {
            Part::Increment(number) => self.commit(vec![self.increment(*number)], Vec::new()).await,
            Part::Look => {
                *before = self.begin(Mode::ReadOnly(ReadOnly::default())).await?;
                let seen = self.read(Some(before)).await?;
                assert_eq!(self.read(Some(before)).await?, seen, "a moment has changed");
                self.commit(Vec::new(), before.clone()).await
            }
            Part::Guarded | Part::Transaction(_) => {
                *before = self.begin(Mode::ReadWrite(again)).await?;
                let seen = self.read(Some(before)).await?;
                let of = |number: &usize| seen[&self.name(*number)];
                let writes = match part {
                    Part::Transaction(numbers) => numbers.iter().map(|n| self.set(*n, of(n) + 1)).collect(),
                    _ => vec![self.set(0, of(&0)), self.set(1, of(&1) + 1)],
                };
                self.commit(writes, before.clone()).await
            }
        }
    }

    /// Tries until it comes through, after longer and longer waits of chance, as Google's clients do.
    async fn play(mut self, part: Part, mut chance: Chance) {
        let mut transaction = Vec::new();
        for tries in 1..=TRIES {
            let Err(status) = self.attempt(&part, &mut transaction).await else {
                return;
            };
            assert_eq!(status.code(), Code::Aborted, "{part:?}: {status}");
            self.end(transaction.clone()).await;
            let most = usize::try_from(tries * 50).expect("milliseconds");
            tokio::time::sleep(Duration::from_millis(chance.below(most) as u64)).await;
        }
        panic!("{part:?} never came through");
    }
}

fn integer(number: i64) -> Value {
    Value {
        value_type: Some(ValueType::IntegerValue(number)),
    }
}

/// What both documents hold after all parts were played at once.
async fn played(address: &str, seed: u64) -> Vec<i64> {
    let project = format!("contended-{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
    let mut client = Client::at(address, &format!("projects/{project}/databases/(default)")).await;
    let zero = (0..DOCUMENTS).map(|number| client.set(number, 0)).collect();
    client.commit(zero, Vec::new()).await.unwrap();
    let parts = parts(&mut Chance::of(seed));
    let clients: Vec<_> = (1..)
        .zip(parts)
        .map(|(n, part)| tokio::spawn(client.clone().play(part, Chance::of(seed + n))))
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    client.read(None).await.unwrap().into_values().collect()
}

/// What the parts add up to, one after the other in any order.
fn expected(seed: u64) -> Vec<i64> {
    let adds = |part: &Part, number: usize| match part {
        Part::Transaction(numbers) => numbers.contains(&number),
        Part::Guarded => number == 1,
        Part::Increment(other) => *other == number,
        Part::Look => false,
    };
    let parts = parts(&mut Chance::of(seed));
    let sum = |number| parts.iter().filter(|part| adds(part, number)).count();
    (0..DOCUMENTS)
        .map(|number| i64::try_from(sum(number)).expect("a count"))
        .collect()
}

/// A transaction has read a document; somebody else writes it, and gets through after the transaction has written it: the same on both sides.
async fn read_then_written(address: &str) -> Vec<i64> {
    let project = format!("contended-{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
    let mut client = Client::at(address, &format!("projects/{project}/databases/(default)")).await;
    let zero = (0..DOCUMENTS).map(|number| client.set(number, 0)).collect();
    client.commit(zero, Vec::new()).await.unwrap();
    let transaction = client.begin(Mode::ReadWrite(ReadWrite::default())).await.unwrap();
    let seen = client.read(Some(&transaction)).await.unwrap();
    let other = tokio::spawn(client.clone().play(Part::Increment(0), Chance::of(1)));
    let again = client.read(Some(&transaction)).await.unwrap();
    assert_eq!(again, seen, "a transaction reads again what it has read");
    let writes = vec![client.set(0, 10), client.set(1, 10)];
    client.commit(writes, transaction).await.unwrap();
    other.await.unwrap();
    client.read(None).await.unwrap().into_values().collect()
}

#[tokio::test]
async fn contention_on_our_firestore_ends_as_on_googles() {
    let Some(googles) = crate::oracle::google("ORACLE_FIRESTORE") else {
        return;
    };
    let (ours, served) = super::ours().await;
    let first = crate::oracle::number("ORACLE_SEED", 1);
    let histories = crate::oracle::number("ORACLE_HISTORIES", 20).div_ceil(4);
    println!("ORACLE_SEED={first}, {histories} of them");
    for seed in first..first + histories {
        let (ours, googles) = tokio::join!(played(&ours, seed), played(&googles, seed));
        let expected = expected(seed);
        assert_eq!((&ours, &googles), (&expected, &expected), "seed {seed}");
    }
    let (one, other) = tokio::join!(read_then_written(&ours), read_then_written(&googles));
    assert_eq!((one, other), (vec![11, 10], vec![11, 10]));
    if let Some((_, server)) = served {
        server.abort();
    }
}
