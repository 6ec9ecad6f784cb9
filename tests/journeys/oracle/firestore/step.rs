//! One request of a history, as it is told to both sides. What differs between them by nature is named by the step that made it.

use gcloud_sdk::google::firestore::v1::{
    Document, DocumentMask, Precondition, StructuredAggregationQuery, StructuredQuery, Write,
};
use prost_types::Timestamp;

/// What a history does at one of its places.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Commit {
        writes: Vec<Write>,
        transaction: Option<usize>,
    },
    BatchWrite(Vec<Write>),
    Create {
        parent: String,
        collection: String,
        id: String,
        document: Document,
        mask: Option<DocumentMask>,
    },
    Update {
        document: Document,
        update_mask: Option<DocumentMask>,
        mask: Option<DocumentMask>,
        when: Option<Precondition>,
    },
    Delete {
        name: String,
        when: Option<Precondition>,
    },
    Get {
        name: String,
        mask: Option<DocumentMask>,
        at: At,
    },
    BatchGet {
        names: Vec<String>,
        mask: Option<DocumentMask>,
        at: At,
    },
    /// All pages.
    List {
        parent: String,
        collection: String,
        size: i32,
        order: String,
        missing: bool,
        mask: Option<DocumentMask>,
        at: At,
    },
    /// All pages.
    ListIds {
        parent: String,
        size: i32,
    },
    Query {
        parent: String,
        query: StructuredQuery,
        at: At,
    },
    Aggregate {
        parent: String,
        query: StructuredAggregationQuery,
        at: At,
    },
    Begin(Mode),
    Rollback(usize),
}

impl Step {
    /// Whether it may change documents.
    pub(super) fn writes(&self) -> bool {
        matches!(
            self,
            Self::Commit { .. }
                | Self::BatchWrite(_)
                | Self::Create { .. }
                | Self::Update { .. }
                | Self::Delete { .. }
        )
    }

    /// The same read without the transaction that begins with it, if one does.
    pub(super) fn without_transaction(&self) -> Option<Self> {
        let mut plain = self.clone();
        let (Self::Get { at, .. }
        | Self::BatchGet { at, .. }
        | Self::List { at, .. }
        | Self::Query { at, .. }
        | Self::Aggregate { at, .. }) = &mut plain
        else {
            return None;
        };
        if !matches!(at, At::New(_)) {
            return None;
        }
        *at = At::Now;
        Some(plain)
    }
}

/// What a read is tied to.
#[derive(Debug, Clone)]
pub(super) enum At {
    Now,
    /// The time of the commit at that step.
    Time(usize),
    /// The transaction that began at that step.
    Transaction(usize),
    /// A transaction that begins with this read.
    New(Mode),
}

/// What kind of transaction begins.
#[derive(Debug, Clone)]
pub(super) enum Mode {
    ReadWrite,
    ReadOnly,
    /// Read-only, at the time of the commit at that step.
    Past(usize),
    /// Another try of the transaction of that step.
    Again(usize),
}

/// Stands for the time of the commit at a step wherever a request holds a time.
pub(super) fn time_of(step: usize) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(step).expect("a step"),
        nanos: MARK,
    }
}

/// The step that a time stands for, if it does.
pub(super) fn step_of(time: &Timestamp) -> Option<usize> {
    (time.nanos == MARK)
        .then(|| usize::try_from(time.seconds).ok())
        .flatten()
}

const MARK: i32 = 424_242_001;
