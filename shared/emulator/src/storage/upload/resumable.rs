//! Resumable uploads (<https://cloud.google.com/storage/docs/performing-resumable-uploads>): a session, then parts in order. What a 308
//! acknowledged survives the death of the process; the length of the file is the truth.

use super::whole::{cut_off, drain};
use crate::storage::Storage;
use crate::storage::failure::{Failure, Kind};
use crate::storage::files::Incoming;
use crate::storage::object::Object;
use crate::storage::params::Params;
use crate::storage::range::{Sent, sent};
use crate::storage::session::{LIFETIME_MICROS, Session, Target};
use crate::storage::store;
use axum::body::{Body, BodyDataStream};
use futures::StreamExt as _;

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) enum Outcome {
    /// It was the last: the object is there.
    Done(Box<Object>),
    /// So many bytes are there; more must come.
    More(u64),
}

/// The session that a query names.
pub(in crate::storage) fn id(params: &Params) -> Option<&str> {
    params.get("upload_id")
}

impl Storage {
    /// Starts a session and answers its id, which is a secret: who has it may write.
    pub(in crate::storage) async fn start_session(
        &self,
        target: Target,
        announced: Option<u64>,
    ) -> Result<String, Failure> {
        self.begin(&target)?;
        target.check_growing(announced.unwrap_or(0))?;
        let incoming = self.inner.files.create().await?;
        let id = format!(
            "{}{}",
            uuid::Uuid::new_v4().simple(),
            uuid::Uuid::new_v4().simple()
        );
        let started = self.inner.core.clock.now_micros();
        let file = Some(incoming.name.clone());
        let session = Session {
            id: id.clone(),
            target,
            started,
            announced,
            file,
            done: None,
        };
        self.inner
            .core
            .db
            .write(|transaction| store::put_session(transaction, &session))?;
        self.state().sessions.insert(id.clone(), session);
        let writer = self.inner.uploads.writer(&id);
        *writer.lock().await = Some(incoming.keep());
        Ok(id)
    }

    /// Takes a part, answers a question about what is there, or finishes.
    pub(in crate::storage) async fn continue_session(
        &self,
        id: &str,
        content_range: Option<&str>,
        body: Body,
    ) -> Result<Outcome, Failure> {
        let mut body = body.into_data_stream();
        let outcome = self.continue_with(id, content_range, &mut body).await;
        if outcome.is_err() {
            drain(&mut body).await;
        }
        outcome
    }

    async fn continue_with(
        &self,
        id: &str,
        content_range: Option<&str>,
        body: &mut BodyDataStream,
    ) -> Result<Outcome, Failure> {
        let part = sent(content_range)?;
        self.session(id)?;
        let writer = self.inner.uploads.writer(id);
        let mut writer = writer.lock().await;
        let session = self.session(id)?;
        if let Some(object) = session.done {
            return Ok(Outcome::Done(Box::new(object)));
        }
        // Taken out: when this request is cut off, the next one reads from the file what really arrived.
        let mut incoming = match writer.take() {
            Some(incoming) => incoming,
            None => self.reopen(&session).await?,
        };
        let taken = take_part(&session, part, &mut incoming, body).await;
        match taken {
            Ok(true) => {
                let stored = self.inner.files.finish(incoming).await?;
                let finished = self.finalize(&session.target, stored, Some(id));
                if finished.is_err() {
                    self.forget_session(id)?;
                }
                self.inner.uploads.forget(id);
                finished.map(|object| Outcome::Done(Box::new(object)))
            }
            Ok(false) => {
                self.inner.files.press(&mut incoming).await?;
                let received = incoming.size;
                *writer = Some(incoming);
                Ok(Outcome::More(received))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Ends a session without an object.
    pub(in crate::storage) async fn cancel_session(&self, id: &str) -> Result<(), Failure> {
        let session = self.session(id)?;
        let writer = self.inner.uploads.writer(id);
        let open = writer.lock().await.take();
        drop(open);
        self.forget_session(id)?;
        self.inner.uploads.forget(id);
        if let Some(file) = session.file {
            self.inner.files.remove(&file);
        }
        Ok(())
    }

    fn session(&self, id: &str) -> Result<Session, Failure> {
        let oldest = self.inner.core.clock.now_micros() - LIFETIME_MICROS;
        let state = self.state();
        let live = state.sessions.get(id).filter(|session| session.started >= oldest);
        live.cloned().ok_or_else(no_upload)
    }

    fn forget_session(&self, id: &str) -> Result<(), Failure> {
        self.inner
            .core
            .db
            .write(|transaction| store::delete_session(transaction, id))?;
        self.state().sessions.remove(id);
        Ok(())
    }

    async fn reopen(&self, session: &Session) -> Result<Incoming, Failure> {
        let file = session.file.as_deref().ok_or_else(no_upload)?;
        self.inner.files.resume(file).await.map_err(Failure::from)
    }
}

/// Adds what is new in a part; `true` when it was the last.
async fn take_part(
    session: &Session,
    part: Sent,
    incoming: &mut Incoming,
    body: &mut BodyDataStream,
) -> Result<bool, Failure> {
    let (first, last, total) = match part {
        Sent::Status { total } => return Ok(total == Some(incoming.size)),
        Sent::Bytes { first, last, total } => (first, last, total),
    };
    if first > incoming.size {
        return Err(Failure::invalid(format!(
            "Invalid request. The part begins at byte {first}, but {} bytes are there.",
            incoming.size
        )));
    }
    // What is there already is ignored when it comes again.
    let mut known = incoming.size - first;
    let end = last.map(|last| last + 1).or(total).or(session.announced);
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| cut_off(&error))?;
        let skip = usize::try_from(known).unwrap_or(usize::MAX).min(chunk.len());
        known -= skip as u64;
        let fresh = chunk.slice(skip..);
        let size = incoming.size + fresh.len() as u64;
        session.target.check_growing(size)?;
        if end.is_some_and(|end| size > end) {
            return Err(Failure::invalid(
                "Invalid request. There are more bytes than announced.",
            ));
        }
        incoming.write(&fresh).await?;
    }
    Ok(match (last, total) {
        (_, Some(total)) => incoming.size == total,
        (None, None) => session
            .announced
            .is_none_or(|announced| announced == incoming.size),
        (Some(_), None) => false,
    })
}

fn no_upload() -> Failure {
    Failure::new(Kind::NoSuchUpload, "The requested upload was not found.")
}
