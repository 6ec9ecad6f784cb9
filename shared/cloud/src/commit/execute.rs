//! Making a commit happen once, also when an answer of Firestore's is lost.

use super::answer::{self, RECORDS, Record, StoredAnswer};
use super::builder::update;
use super::effect::Effect;
use super::guard::{Expect, Guard, first_failure};
use super::outbox::{Entry, OUTBOX};
use crate::deadline::Deadline;
use crate::documents::{Client, Documents, commit, pb, value};
use crate::retry::{self, ATTEMPTS, Call, Next, next};
use crate::{Cloud, Error, Outbox, Result};
use tonic::Status;

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
    /// Tries until the outcome is known, or the time is over. Each attempt leaves a mark of its own (the outbox entry, or the record's `attempt`), so
    /// that after a lost answer the marks tell whether it had happened.
    pub(super) async fn execute(self, cloud: &Cloud, client: &Client) -> Result<Outcome> {
        let timeouts = client.timeouts();
        let deadline = Deadline::after(timeouts.retrying);
        let mut attempts: Vec<String> = Vec::new();
        loop {
            let id = uuid::Uuid::new_v4().to_string();
            let writes = self.writes_of(&id, cloud)?;
            attempts.push(id.clone());
            let limit = deadline.left().min(timeouts.call);
            let made = retry::attempt(limit, |limit| commit(client, writes, limit)).await;
            let Err(status) = made else {
                self.send(&id, cloud).await;
                return Ok(Outcome::Committed);
            };
            match self.judge(&status, &attempts, cloud).await? {
                Verdict::Happened(attempt) => {
                    self.send(&attempt, cloud).await;
                    return Ok(Outcome::Committed);
                }
                Verdict::Answered(answer) => return Ok(Outcome::Answered(answer)),
                Verdict::Again(error) => {
                    let failures = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
                    if failures >= ATTEMPTS || !retry::rest(failures, deadline).await {
                        return Err(error);
                    }
                }
            }
        }
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
        let call = if self.effects.is_empty() && self.record.is_none() {
            Call::BareCommit
        } else {
            Call::MarkedCommit
        };
        let next = next(call, status.code());
        if next == Next::GiveUp {
            return Err(status.clone().into());
        }
        if (next == Next::LookThenAgain || attempts.len() > 1)
            && let Some(attempt) = self.find_mark(attempts, cloud.own_documents()).await?
        {
            return Ok(Verdict::Happened(attempt));
        }
        match next {
            Next::AskGuards => self.failing_guard(cloud).await,
            _ => Ok(Verdict::Again(status.clone().into())),
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
        if let Some(record) = &self.record
            && let Some(first) = answer::earlier(cloud, &record.key()).await?
        {
            return Ok(Verdict::Answered(first));
        }
        let names = self.guards.iter().map(|guard| guard.name.clone()).collect();
        let found = cloud.documents().find(names).await?;
        first_failure(&self.guards, &found).map_or(Ok(Verdict::Again(Error::Contention)), Err)
    }
}

enum Verdict {
    Happened(String),
    Answered(StoredAnswer),
    /// Nothing has happened; should it be the last attempt, this is the error.
    Again(Error),
}
