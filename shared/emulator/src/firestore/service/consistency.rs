//! Which moment a request reads, from the forms in which requests say it.

use crate::firestore::engine::Consistency;
use crate::firestore::store::Moment;
use crate::firestore::time::micros;
use crate::firestore::transactions::Kind;
use gcloud_sdk::google::firestore::v1::transaction_options::read_only::ConsistencySelector;
use gcloud_sdk::google::firestore::v1::transaction_options::{ConcurrencyMode, Mode, ReadOnly, ReadWrite};
use gcloud_sdk::google::firestore::v1::{
    TransactionOptions, batch_get_documents_request, get_document_request, list_collection_ids_request,
    list_documents_request, run_aggregation_query_request, run_query_request,
};
use prost_types::Timestamp;
use tonic::Status;

/// What a read is tied to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tie<'a> {
    /// A moment, or a running transaction.
    Read(Consistency<'a>),
    /// A transaction that begins with it.
    New(&'a TransactionOptions),
}

impl<'a> Tie<'a> {
    fn to(
        transaction: Option<&'a Vec<u8>>,
        new: Option<&'a TransactionOptions>,
        read_time: Option<&Timestamp>,
    ) -> Result<Self, Status> {
        match (transaction, new, read_time) {
            (Some(id), ..) => Ok(Self::Read(Consistency::Transaction(id))),
            (_, Some(options), _) => Ok(Self::New(options)),
            (.., Some(time)) => Ok(Self::Read(Consistency::At(moment(time)?))),
            (None, None, None) => Ok(Self::Read(Consistency::Latest)),
        }
    }

    /// Of a query.
    pub(super) fn of_query(
        selector: Option<&'a run_query_request::ConsistencySelector>,
    ) -> Result<Self, Status> {
        use run_query_request::ConsistencySelector as S;
        match selector {
            None => Self::to(None, None, None),
            Some(S::Transaction(id)) => Self::to(Some(id), None, None),
            Some(S::NewTransaction(options)) => Self::to(None, Some(options), None),
            Some(S::ReadTime(time)) => Self::to(None, None, Some(time)),
        }
    }

    /// Of an aggregation.
    pub(super) fn of_aggregation(
        selector: Option<&'a run_aggregation_query_request::ConsistencySelector>,
    ) -> Result<Self, Status> {
        use run_aggregation_query_request::ConsistencySelector as S;
        match selector {
            None => Self::to(None, None, None),
            Some(S::Transaction(id)) => Self::to(Some(id), None, None),
            Some(S::NewTransaction(options)) => Self::to(None, Some(options), None),
            Some(S::ReadTime(time)) => Self::to(None, None, Some(time)),
        }
    }

    /// Of a batch of names.
    pub(super) fn of_batch(
        selector: Option<&'a batch_get_documents_request::ConsistencySelector>,
    ) -> Result<Self, Status> {
        use batch_get_documents_request::ConsistencySelector as S;
        match selector {
            None => Self::to(None, None, None),
            Some(S::Transaction(id)) => Self::to(Some(id), None, None),
            Some(S::NewTransaction(options)) => Self::to(None, Some(options), None),
            Some(S::ReadTime(time)) => Self::to(None, None, Some(time)),
        }
    }
}

/// Of one document.
pub(super) fn of_get(
    selector: Option<&get_document_request::ConsistencySelector>,
) -> Result<Consistency<'_>, Status> {
    use get_document_request::ConsistencySelector as S;
    match selector {
        None => Ok(Consistency::Latest),
        Some(S::Transaction(id)) => Ok(Consistency::Transaction(id)),
        Some(S::ReadTime(time)) => moment(time).map(Consistency::At),
    }
}

/// Of a list of documents.
pub(super) fn of_list(
    selector: Option<&list_documents_request::ConsistencySelector>,
) -> Result<Consistency<'_>, Status> {
    use list_documents_request::ConsistencySelector as S;
    match selector {
        None => Ok(Consistency::Latest),
        Some(S::Transaction(id)) => Ok(Consistency::Transaction(id)),
        Some(S::ReadTime(time)) => moment(time).map(Consistency::At),
    }
}

/// Of a list of collections.
pub(super) fn of_ids(
    selector: Option<&list_collection_ids_request::ConsistencySelector>,
) -> Result<Consistency<'static>, Status> {
    use list_collection_ids_request::ConsistencySelector as S;
    match selector {
        None => Ok(Consistency::Latest),
        Some(S::ReadTime(time)) => moment(time).map(Consistency::At),
    }
}

/// What kind of transaction is wanted.
pub(super) fn of_transaction(options: Option<&TransactionOptions>) -> Result<Kind, Status> {
    match options.and_then(|options| options.mode.as_ref()) {
        Some(Mode::ReadOnly(ReadOnly {
            consistency_selector: Some(ConsistencySelector::ReadTime(time)),
        })) => Ok(Kind::ReadOnly(Some(moment(time)?))),
        Some(Mode::ReadOnly(_)) => Ok(Kind::ReadOnly(None)),
        Some(Mode::ReadWrite(ReadWrite { concurrency_mode, .. }))
            if *concurrency_mode == i32::from(ConcurrencyMode::Optimistic) =>
        {
            Err(Status::unimplemented(
                "the emulator has no optimistic transactions (concurrency_mode)",
            ))
        }
        Some(Mode::ReadWrite(ReadWrite {
            retry_transaction, ..
        })) => Ok(Kind::ReadWrite(retry_transaction.clone())),
        None => Ok(Kind::ReadWrite(Vec::new())),
    }
}

/// A time with microseconds and nothing finer.
fn moment(time: &Timestamp) -> Result<Moment, Status> {
    if !(0..1_000_000_000).contains(&time.nanos) || time.nanos % 1000 != 0 {
        return Err(Status::invalid_argument(
            "read_time must have the precision of microseconds.",
        ));
    }
    Ok(micros(time))
}
