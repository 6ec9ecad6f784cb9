//! Commits of three documents each: all of them or none, and a counter that never forgets.

use super::life::{Life, Load};
use futures::future::join_all;
use gcloud_sdk::google::firestore::v1::batch_get_documents_response::Result as Answer;
use gcloud_sdk::google::firestore::v1::document_transform::FieldTransform;
use gcloud_sdk::google::firestore::v1::document_transform::field_transform::TransformType;
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{BatchGetDocumentsRequest, CommitRequest, Document, Value, Write};
use std::collections::{BTreeMap, BTreeSet};

const DATABASE: &str = "projects/crash/databases/(default)";
const WRITERS: usize = 3;
/// How many acknowledged commits are read again after each kill.
const NEWEST: usize = 600;
const PARTS: [&str; 3] = ["a", "b", "c"];

#[derive(Default)]
pub(super) struct Commits {
    last: i64,
    /// Commits that were sent in this life and not acknowledged.
    open: BTreeSet<i64>,
    acknowledged: BTreeSet<i64>,
}

impl Commits {
    /// Commits until the emulator dies.
    pub(super) async fn load(&mut self, load: &Load) {
        let first = self.last;
        let writers = (0..WRITERS).map(|writer| write(load, first, writer));
        for (sent, acknowledged) in join_all(writers).await {
            self.last = self.last.max(sent.iter().copied().max().unwrap_or(first));
            self.open.extend(sent.difference(&acknowledged));
            self.acknowledged.extend(acknowledged);
        }
    }

    /// Each commit is whole, or not there at all when nobody was told of it.
    pub(super) async fn check(&mut self, life: &Life) {
        // of the older ones the counter tells
        let newest: Vec<i64> = self.acknowledged.iter().rev().take(NEWEST).copied().collect();
        let stored = stored(life, newest.iter().chain(&self.open)).await;
        for number in &newest {
            assert_eq!(
                stored.get(number),
                Some(&PARTS.len()),
                "commit {number} was acknowledged"
            );
        }
        for number in std::mem::take(&mut self.open) {
            match stored.get(&number) {
                None => {}
                Some(3) => {
                    self.acknowledged.insert(number);
                }
                Some(parts) => panic!("{parts} of 3 documents of commit {number} are there"),
            }
        }
        let counted = counted(life).await;
        assert_eq!(
            counted,
            self.acknowledged.len(),
            "the counter is of the same commits"
        );
    }
}

/// The numbers that a writer sent, and those that were acknowledged.
async fn write(load: &Load, first: i64, writer: usize) -> (BTreeSet<i64>, BTreeSet<i64>) {
    let (mut sent, mut acknowledged) = (BTreeSet::new(), BTreeSet::new());
    let Ok(mut client) = FirestoreClient::connect(load.url.clone()).await else {
        return (sent, acknowledged);
    };
    let step = i64::try_from(WRITERS).unwrap();
    let mut number = first + 1 + i64::try_from(writer).unwrap();
    loop {
        sent.insert(number);
        match client.commit(commit(number)).await {
            Ok(_) => {
                acknowledged.insert(number);
                load.acknowledge();
            }
            // two writers met at the counter: nothing was written
            Err(status) if status.code() == tonic::Code::Aborted => {
                sent.remove(&number);
            }
            Err(_) => return (sent, acknowledged),
        }
        number += step;
    }
}

fn name(number: i64, part: &str) -> String {
    format!("{DATABASE}/documents/triples/{number}-{part}")
}

fn integer(number: i64) -> Value {
    Value {
        value_type: Some(ValueType::IntegerValue(number)),
    }
}

/// Three documents of one number, and one more on the counter.
fn commit(number: i64) -> CommitRequest {
    let document = |part: &&str| Write {
        operation: Some(Operation::Update(Document {
            name: name(number, part),
            fields: [("number".to_owned(), integer(number))].into(),
            ..Document::default()
        })),
        ..Write::default()
    };
    let count = FieldTransform {
        field_path: "count".to_owned(),
        transform_type: Some(TransformType::Increment(integer(1))),
    };
    let counter = Write {
        operation: Some(Operation::Update(Document {
            name: format!("{DATABASE}/documents/counters/commits"),
            ..Document::default()
        })),
        update_mask: Some(gcloud_sdk::google::firestore::v1::DocumentMask::default()),
        update_transforms: vec![count],
        ..Write::default()
    };
    CommitRequest {
        database: DATABASE.to_owned(),
        writes: PARTS.iter().map(document).chain([counter]).collect(),
        ..CommitRequest::default()
    }
}

/// How many documents of each number are there, each with that number in it.
async fn stored(life: &Life, numbers: impl Iterator<Item = &i64>) -> BTreeMap<i64, usize> {
    let names: Vec<String> = numbers
        .flat_map(|number| PARTS.map(|part| name(*number, part)))
        .collect();
    let mut found = BTreeMap::new();
    for names in names.chunks(300) {
        for document in read(life, names.to_vec()).await {
            let Some(ValueType::IntegerValue(number)) = document.fields["number"].value_type else {
                panic!("{document:?}")
            };
            assert!(document.name.contains(&format!("/{number}-")), "{document:?}");
            *found.entry(number).or_default() += 1;
        }
    }
    found
}

async fn counted(life: &Life) -> usize {
    let counter = format!("{DATABASE}/documents/counters/commits");
    let found = read(life, vec![counter]).await;
    found
        .first()
        .map_or(0, |document| match document.fields["count"].value_type {
            Some(ValueType::IntegerValue(count)) => usize::try_from(count).unwrap(),
            _ => panic!("{document:?}"),
        })
}

async fn read(life: &Life, documents: Vec<String>) -> Vec<Document> {
    let mut client = FirestoreClient::connect(life.url.clone()).await.unwrap();
    let request = BatchGetDocumentsRequest {
        database: DATABASE.to_owned(),
        documents,
        ..BatchGetDocumentsRequest::default()
    };
    let mut answers = client.batch_get_documents(request).await.unwrap().into_inner();
    let mut found = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        if let Some(Answer::Found(document)) = answer.result {
            found.push(document);
        }
    }
    found
}
