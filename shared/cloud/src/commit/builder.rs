//! What a handler says a commit is.

use super::answer::{Answered, IdempotencyKey, LARGEST, Record, Replayable};
use super::effect::{Effect, JobRun, Message};
use super::execute::{Outcome, Plan};
use super::guard::{Expect, Guard};
use crate::documents::{Client, Collection, Document, Stored, pb, value};
use crate::trace::TraceContext;
use crate::{Cloud, Error, Lock, Result};
use contracts::{Audience, DomainEvent, EventId, HubEvent, HubFrame, Refusal, SessionId, Timestamp, UserId};
use futures::future::BoxFuture;
use std::time::Duration;

/// How long an answer is kept for repetitions of its request.
pub const ANSWERS_KEPT: Duration = Duration::from_hours(24);

/// One atomic write. Awaiting it makes it happen; what it emits and tells goes out right after.
///
/// A failed precondition answers what [`Commit::otherwise`] said; without that: 409 for a document that should not exist, `NotFound` for one
/// that should, [`Error::Contention`] for one that was changed or deleted since it was read.
#[derive(Debug)]
#[must_use = "a commit happens when it is awaited"]
pub struct Commit {
    cloud: Cloud,
    client: Client,
    plan: Plan,
    failed: Option<Error>,
}

impl Commit {
    pub(crate) fn new(cloud: Cloud, client: Client) -> Self {
        Self {
            cloud,
            client,
            plan: Plan::default(),
            failed: None,
        }
    }

    /// Stores a document that must not exist yet. One write.
    pub fn create<T: Document>(mut self, collection: Collection<T>, document: &T) -> Self {
        let name = self.client.name(collection.name(), &document.id());
        self.guard(name.clone(), Expect::Absent);
        self.write(&name, document, Some(&Expect::Absent))
    }

    /// Stores `document` in the place of `stored`, which must not have changed. One write.
    pub fn update<T: Document>(mut self, stored: &Stored<T>, document: &T) -> Self {
        let expect = Expect::Unchanged(stored.update_time);
        self.guard(stored.name.clone(), expect.clone());
        self.write(&stored.name, document, Some(&expect))
    }

    /// Stores `document` in the place of what was read, which may have been nothing. Should something else stand there by now, the commit
    /// is [`Error::Contention`]: the read-modify-write for [`crate::on_contention`]. One write.
    pub fn save<T: Document>(
        mut self,
        collection: Collection<T>,
        read: Option<&Stored<T>>,
        document: &T,
    ) -> Self {
        let name = self.client.name(collection.name(), &document.id());
        let expect = read.map_or(Expect::Absent, |stored| Expect::Unchanged(stored.update_time));
        self.guard(name.clone(), expect.clone());
        if let Some(guard) = self.plan.guards.last_mut() {
            guard.contended = true;
        }
        self.write(&name, document, Some(&expect))
    }

    /// Stores a document, whatever is there. One write.
    pub fn put<T: Document>(self, collection: Collection<T>, document: &T) -> Self {
        let name = self.client.name(collection.name(), &document.id());
        self.write(&name, document, None)
    }

    /// Deletes `stored`, which must not have changed. One delete.
    pub fn delete<T: Document>(mut self, stored: &Stored<T>) -> Self {
        let expect = Expect::Unchanged(stored.update_time);
        self.guard(stored.name.clone(), expect.clone());
        self.plan.writes.push(delete(stored.name.clone(), Some(&expect)));
        self
    }

    /// Deletes the document `id`, if there is one. One delete.
    pub fn remove<T: Document>(mut self, collection: Collection<T>, id: &str) -> Self {
        self.plan
            .writes
            .push(delete(self.client.name(collection.name(), id), None));
        self
    }

    /// Deletes the documents with these full names, if they are there. A delete each.
    pub(crate) fn remove_all(mut self, names: impl IntoIterator<Item = String>) -> Self {
        let deletes = names.into_iter().map(|name| delete(name, None));
        self.plan.writes.extend(deletes);
        self
    }

    /// Only while nobody has acquired `lock` after its holder: else 409 `lock_lost`. One write more, which changes nothing.
    pub fn fenced(mut self, lock: &Lock) -> Self {
        let expect = Expect::Unchanged(lock.fence.update_time);
        self.guard(lock.fence.name.clone(), expect.clone());
        // a write with an empty mask leaves the document as it is, but not without its precondition
        self.plan.writes.push(pb::Write {
            update_mask: Some(pb::DocumentMask::default()),
            ..update(
                pb::Document {
                    name: lock.fence.name.clone(),
                    ..Default::default()
                },
                Some(&expect),
            )
        });
        self.otherwise(Refusal::conflict(
            "lock_lost",
            "somebody else has the lock by now",
        ))
    }

    /// What it means when the precondition just named does not hold. Costs nothing; when one failed, reading all of them again does.
    pub fn otherwise(mut self, refusal: Refusal) -> Self {
        if let Some(guard) = self.plan.guards.last_mut() {
            guard.refusal = Some(refusal);
        }
        self
    }

    /// Publishes `event`, at least once. Its id is random. One message; a write and a delete for all that a commit sends out.
    pub fn emit<E: DomainEvent>(self, event: &E) -> Self {
        self.emit_as(EventId::random(), event)
    }

    /// Publishes `event` under an id that the caller derives, so that a repetition of the cause is a repetition of the event.
    /// Costs as [`Commit::emit`].
    pub fn emit_as<E: DomainEvent>(mut self, id: EventId, event: &E) -> Self {
        match message(id, event, self.cloud.function(), self.cloud.clock().now()) {
            Ok(message) => self.plan.effects.push(Effect::Publish(message)),
            Err(error) => self.failed = Some(error),
        }
        self
    }

    /// Tells `event` to the connected clients of `audience`. One Redis command; a write and a delete for all that a commit sends out.
    pub fn tell<E: HubEvent>(self, audience: Audience, event: &E) -> Self {
        self.tell_but(audience, event, Vec::new())
    }

    /// The same, but not to `people` among them.
    pub fn tell_but<E: HubEvent>(mut self, audience: Audience, event: &E, people: Vec<UserId>) -> Self {
        match HubFrame::tell(audience, event) {
            Ok(frame) => self.plan.effects.push(Effect::Tell(frame.but_not_to(people))),
            Err(source) => {
                self.failed = Some(Error::Unreadable {
                    name: E::NAME.to_owned(),
                    source: source.into(),
                });
            }
        }
        self
    }

    /// Closes the live connections of a session. Costs as [`Commit::tell`].
    pub fn end_session(mut self, session_id: SessionId) -> Self {
        self.plan
            .effects
            .push(Effect::Tell(HubFrame::EndSession { session_id }));
        self
    }

    /// Takes everybody out of what they hear of `owner_id` only because everybody might, and tells them. Costs as [`Commit::tell`].
    pub fn conceal(mut self, owner_id: UserId) -> Self {
        let frame = HubFrame::Conceal { owner_id };
        self.plan.effects.push(Effect::Tell(frame));
        self
    }

    /// Starts a job, at least once. One call; a write and a delete for all that a commit sends out.
    pub fn run(mut self, run: JobRun) -> Self {
        self.plan.effects.push(Effect::Run(run));
        self
    }

    /// Keeps `answer` for a replay when the client gave a key, and gives it; or the first answer, when there already is one.
    /// One write; an answer of more than 64 KiB is not kept, and the same request again is a new one.
    ///
    /// # Errors
    /// As the commit; 422 `idempotency_key_reused` when the key was used for another request.
    pub async fn answer<A: Replayable>(mut self, key: Option<&IdempotencyKey>, answer: A) -> Answered<A> {
        if let Some(key) = key {
            let stored = answer.store().map_err(|source| Error::Unreadable {
                name: "answer".to_owned(),
                source: source.into(),
            })?;
            if stored.body.len() <= LARGEST {
                self.plan.record = Some(Record {
                    id: key.id.clone(),
                    fingerprint: key.fingerprint.clone(),
                    caller: key.caller,
                    attempt: String::new(),
                    answer: stored,
                    expire_at: self.cloud.clock().now() + ANSWERS_KEPT,
                });
            }
        }
        match self.execute().await? {
            Outcome::Committed => Ok(answer),
            Outcome::Answered(first) => Ok(A::replay(first)),
        }
    }

    async fn execute(self) -> Result<Outcome> {
        match self.failed {
            Some(error) => Err(error),
            // boxed: what is tried and judged is large, and every handler's future would hold it
            None => Box::pin(self.plan.execute(&self.cloud, &self.client)).await,
        }
    }

    fn guard(&mut self, name: String, expect: Expect) {
        self.plan.guards.push(Guard {
            name,
            expect,
            contended: false,
            refusal: None,
        });
    }

    fn write<T: Document>(mut self, name: &str, document: &T, expect: Option<&Expect>) -> Self {
        match value::write(name, document) {
            Ok(document) => self.plan.writes.push(update(document, expect)),
            Err(error) => self.failed = Some(error),
        }
        self
    }
}

impl IntoFuture for Commit {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.execute().await.map(|_| ()) })
    }
}

pub(super) fn update(document: pb::Document, expect: Option<&Expect>) -> pb::Write {
    pb::Write {
        operation: Some(pb::write::Operation::Update(document)),
        current_document: expect.map(Expect::precondition),
        ..Default::default()
    }
}

fn delete(name: String, expect: Option<&Expect>) -> pb::Write {
    pb::Write {
        operation: Some(pb::write::Operation::Delete(name)),
        current_document: expect.map(Expect::precondition),
        ..Default::default()
    }
}

/// `event` as a message: `CloudEvents` 1.0 in Pub/Sub's binary content mode.
pub(crate) fn message<E: DomainEvent>(
    id: EventId,
    event: &E,
    function: &str,
    now: Timestamp,
) -> Result<Message> {
    let data = serde_json::to_string(event).map_err(|source| Error::Unreadable {
        name: E::TYPE.to_owned(),
        source: source.into(),
    })?;
    let trace = TraceContext::current().unwrap_or_else(TraceContext::random);
    let attributes = [
        ("ce-specversion", "1.0".to_owned()),
        ("ce-id", id.to_string()),
        ("ce-type", E::TYPE.to_owned()),
        ("ce-source", format!("/kith/{function}")),
        ("ce-time", now.to_string()),
        ("ce-traceparent", trace.to_string()),
        ("content-type", "application/json".to_owned()),
    ];
    let subject = event.subject().map(|subject| ("ce-subject", subject));
    let attributes = attributes
        .into_iter()
        .chain(subject)
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(Message {
        topic: E::TOPIC.to_owned(),
        attributes,
        data,
        ordering_key: event.ordering_key(),
    })
}
