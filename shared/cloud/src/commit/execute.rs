//! Making a commit happen once, also when an answer of Firestore's is lost.

use super::answer::{RECORDS, Record, StoredAnswer, reused};
use super::builder::update;
use super::effect::Effect;
use super::guard::{Expect, Guard, first_failure};
use super::outbox::{Entry, OUTBOX};
use crate::documents::{Client, Documents, pb, value};
use crate::{Cloud, Error, Outbox, Result, operations, retry};
use tonic::{Code, Status};

/// How often one commit is tried.
const ATTEMPTS: u32 = 5;

/// What is to be written, and what goes out with it.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) writes: Vec<pb::Write>,
    pub(super) guards: Vec<Guard>,
    pub(super) effects: Vec<Effect>,
    pub(super) record: Option<Record>,
}

/// What it came to.
#[derive(Debug)]
pub(super) enum Outcome {
    Committed,
    /// An earlier request with the same key was first; this was its answer.
    Answered(StoredAnswer),
}

impl Plan {
    /// Tries until the outcome is known. Each attempt leaves a mark of its own (the outbox entry, or the record's `attempt`), so that after a
    /// lost answer the marks tell whether it had happened.
    pub(super) async fn execute(self, cloud: &Cloud, client: &Client) -> Result<Outcome> {
        let mut attempts: Vec<String> = Vec::new();
        for retries in 0..ATTEMPTS {
            let attempt = uuid::Uuid::new_v4().to_string();
            let writes = self.writes_of(&attempt, cloud)?;
            attempts.push(attempt.clone());
            let Err(status) = commit(client, writes).await else {
                self.send(&attempt, cloud).await;
                return Ok(Outcome::Committed);
            };
            match self.judge(&status, &attempts, cloud).await? {
                Verdict::Happened(attempt) => {
                    self.send(&attempt, cloud).await;
                    return Ok(Outcome::Committed);
                }
                Verdict::Answered(answer) => return Ok(Outcome::Answered(answer)),
                Verdict::Again => tokio::time::sleep(retry::pause(retries)).await,
            }
        }
        Err(Error::Contention)
    }

    fn writes_of(&self, attempt: &str, cloud: &Cloud) -> Result<Vec<pb::Write>> {
        let mut writes = self.writes.clone();
        let own = &cloud.own_documents().client;
        if !self.effects.is_empty() {
            let entry = Entry::new(
                attempt.to_owned(),
                &self.effects,
                cloud.clock().now() + cloud.outbox_due(),
            )?;
            let entry = value::write(&own.name(OUTBOX.name(), attempt), &entry)?;
            writes.push(update(entry, Some(&Expect::Absent)));
        }
        if let Some(record) = &self.record {
            let record = Record {
                attempt: attempt.to_owned(),
                ..record.clone()
            };
            let record = value::write(&own.name(RECORDS.name(), &record.id), &record)?;
            writes.push(update(record, Some(&Expect::Absent)));
        }
        Ok(writes)
    }

    async fn send(&self, attempt: &str, cloud: &Cloud) {
        if !self.effects.is_empty() {
            Outbox::new(cloud.clone()).send(attempt, &self.effects).await;
        }
    }

    async fn judge(&self, status: &Status, attempts: &[String], cloud: &Cloud) -> Result<Verdict> {
        let refused = matches!(
            status.code(),
            Code::AlreadyExists | Code::FailedPrecondition | Code::NotFound
        );
        let passing = refused || status.code() == Code::Aborted;
        if !passing && !outcome_unknown(status) {
            return Err(status.clone().into());
        }
        let marked = !self.effects.is_empty() || self.record.is_some();
        if !passing && !marked {
            return Err(status.clone().into());
        }
        if (!passing || attempts.len() > 1)
            && let Some(attempt) = self.find_mark(attempts, cloud.own_documents()).await?
        {
            return Ok(Verdict::Happened(attempt));
        }
        if refused {
            self.failing_guard(cloud).await
        } else {
            Ok(Verdict::Again)
        }
    }

    /// Which of the attempts happened after all.
    async fn find_mark(&self, attempts: &[String], own: &Documents) -> Result<Option<String>> {
        if self.effects.is_empty() {
            let Some(record) = &self.record else {
                return Ok(None);
            };
            let stored = own.get(RECORDS, &record.id).await?;
            return Ok(stored
                .map(|r| r.into_inner().attempt)
                .filter(|attempt| attempts.contains(attempt)));
        }
        let entries = own.get_all(OUTBOX, attempts).await?;
        Ok(entries
            .into_iter()
            .flatten()
            .map(|entry| entry.into_inner().id)
            .next())
    }

    /// Firestore does not say which precondition failed: all are read again in one batch, and the first that fails speaks.
    async fn failing_guard(&self, cloud: &Cloud) -> Result<Verdict> {
        let own = cloud.own_documents();
        if let Some(record) = &self.record
            && let Some(first) = own.get(RECORDS, &record.id).await?
        {
            let first = first.into_inner();
            let same = first.fingerprint == record.fingerprint;
            return if same {
                Ok(Verdict::Answered(first.answer))
            } else {
                Err(reused().into())
            };
        }
        let names = self.guards.iter().map(|guard| guard.name.clone()).collect();
        let found = cloud.documents().find(names).await?;
        first_failure(&self.guards, &found).map_or(Ok(Verdict::Again), Err)
    }
}

enum Verdict {
    Happened(String),
    Answered(StoredAnswer),
    Again,
}

/// The answer was lost, so the commit may or may not have happened.
fn outcome_unknown(status: &Status) -> bool {
    use Code::{Cancelled, DeadlineExceeded, Internal, Unavailable, Unknown};
    matches!(
        status.code(),
        Cancelled | DeadlineExceeded | Internal | Unavailable | Unknown
    )
}

async fn commit(client: &Client, writes: Vec<pb::Write>) -> Result<(), Status> {
    let deletes = writes
        .iter()
        .filter(|w| matches!(w.operation, Some(pb::write::Operation::Delete(_))))
        .count();
    let written = writes.len() - deletes;
    let request = pb::CommitRequest {
        database: client.database(),
        writes,
        ..Default::default()
    };
    let firestore = client.firestore().await;
    let mut firestore = firestore.map_err(|error| Status::unavailable(error.to_string()))?;
    firestore.commit(crate::documents::timed(request)).await?;
    operations::written(written);
    operations::deleted(deletes);
    Ok(())
}
