//! Answers kept for a replay: the same request again gets the first answer.

use crate::Error;
use crate::documents::{Collection, Document};
use contracts::{Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// An answer as it is kept: at most 64 KiB of body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers that belong to the answer itself (`location`, `etag`), by lower-case name.
    pub headers: Vec<Header>,
    /// The JSON body.
    pub body: String,
}

/// A header of a kept answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Lower case.
    pub name: String,
    /// As sent.
    pub value: String,
}

pub(crate) const RECORDS: Collection<Record> = Collection::new("idempotency");

/// The largest body that is kept, in bytes.
pub(crate) const LARGEST: usize = 64 * 1024;

/// An answer that can be kept and given again.
pub trait Replayable: Sized {
    /// As it is kept.
    ///
    /// # Errors
    /// It does not become JSON.
    fn store(&self) -> Result<StoredAnswer, serde_json::Error>;

    /// As it is given again.
    fn replay(stored: StoredAnswer) -> Self;
}

/// What a commit with an answer comes to: the answer of this request, or that of an earlier one with the same key.
pub type Answered<A> = crate::Result<A>;

/// A client's `Idempotency-Key` within its scope, and what was asked with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The record's id: a hash of caller, route and key.
    pub id: String,
    /// A hash of the parsed request.
    pub fingerprint: String,
    /// Who asked: what is kept for them goes with their account.
    pub caller: UserId,
}

/// The record of an answered request, in `functions/{function}/idempotency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) fingerprint: String,
    pub(crate) caller: UserId,
    /// Which attempt at the commit made it: tells whether an attempt of unknown outcome happened.
    pub(crate) attempt: String,
    pub(crate) answer: StoredAnswer,
    /// A TTL policy deletes it after this; until then an expired one is ignored.
    pub(crate) expire_at: Timestamp,
}

impl Document for Record {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Record {
    pub(crate) fn key(&self) -> IdempotencyKey {
        IdempotencyKey {
            id: self.id.clone(),
            fingerprint: self.fingerprint.clone(),
            caller: self.caller,
        }
    }
}

/// How often somebody else may get in between while an expired record is taken away.
const LOOKS: u32 = 5;

/// The answer that was given to an earlier request with this key. Reads one document; an expired one costs a delete.
///
/// # Errors
/// Firestore is away; 422 `idempotency_key_reused` when the key was used for another request.
pub(crate) async fn earlier(
    cloud: &crate::Cloud,
    key: &IdempotencyKey,
) -> crate::Result<Option<StoredAnswer>> {
    for _ in 0..LOOKS {
        let Some(record) = cloud.own_documents().get(RECORDS, &key.id).await? else {
            return Ok(None);
        };
        if record.expire_at > cloud.clock().now() {
            return if record.fingerprint == key.fingerprint {
                Ok(Some(record.into_inner().answer))
            } else {
                Err(reused().into())
            };
        }
        // only this one: another request may have put a new one there by now
        match cloud.own_commit().delete(&record).await {
            Ok(()) => return Ok(None),
            Err(Error::Contention) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::Contention)
}

/// Whether an answer to a request with this key is kept. Reads one document.
///
/// # Errors
/// Firestore is away.
pub(crate) async fn is_kept(cloud: &crate::Cloud, key: &IdempotencyKey) -> crate::Result<bool> {
    let record = cloud.own_documents().get(RECORDS, &key.id).await?;
    Ok(record.is_some_and(|record| record.expire_at > cloud.clock().now()))
}

/// The refusal of a key that was used for another request.
fn reused() -> Refusal {
    Refusal::unprocessable(
        "idempotency_key_reused",
        "this Idempotency-Key was used for another request",
    )
}
