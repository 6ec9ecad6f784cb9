//! Resumable uploads (<https://cloud.google.com/storage/docs/performing-resumable-uploads>): a session, then parts in order. What a 308
//! acknowledged survives the death of the process; the length of the file is the truth.

use super::whole::{cut_off, drain};
use crate::storage::Storage;
use crate::storage::changes::Ends;
use crate::storage::checksum::Claimed;
use crate::storage::failure::{Failure, Kind};
use crate::storage::files::Incoming;
use crate::storage::object::Object;
use crate::storage::params::Params;
use crate::storage::range::{Sent, sent};
use crate::storage::sending::set;
use crate::storage::session::{LIFETIME_MICROS, Session, Target};
use crate::storage::store;
use axum::body::{Body, BodyDataStream};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use http::{HeaderMap, HeaderName, StatusCode, header};

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) enum Outcome {
    /// It was the last: the object is there.
    Done(Box<Object>),
    /// So many bytes are there; more must come.
    More(u64),
}

/// What the headers of a part say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) struct Part {
    sent: Sent,
    /// The sums of the whole object, which the last part may bring.
    claimed: Claimed,
}

impl Part {
    pub(in crate::storage) fn from_headers(headers: &HeaderMap) -> Result<Self, Failure> {
        let range = headers.get(header::CONTENT_RANGE);
        let range = range.map(|value| value.to_str().unwrap_or_default());
        // Of the whole object, unlike `Content-MD5`, which is of the part.
        let mut whole = headers.clone();
        whole.remove("content-md5");
        Ok(Self {
            sent: sent(range)?,
            claimed: Claimed::from_headers(&whole),
        })
    }
}

/// 308: so many bytes are there. Clients that cannot bear it get 200 with a header that says so.
pub(in crate::storage) fn resume_incomplete(request: &HeaderMap, received: u64) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(last) = received.checked_sub(1) {
        set(&mut headers, header::RANGE, &format!("bytes=0-{last}"));
    }
    let no_308 = request.get("x-guploader-no-308");
    if no_308.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"yes")) {
        let code = HeaderName::from_static("x-http-status-code-override");
        set(&mut headers, code, "308");
        return (StatusCode::OK, headers).into_response();
    }
    (StatusCode::PERMANENT_REDIRECT, headers).into_response()
}

/// The answer to a cancelled upload: 499, as the cloud has it.
pub(in crate::storage) fn cancelled() -> Response {
    StatusCode::from_u16(499)
        .unwrap_or(StatusCode::NO_CONTENT)
        .into_response()
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
        self.end_old_sessions()?;
        target.check_growing(announced.unwrap_or(0))?;
        let mut incoming = self.inner.files.create().await?;
        // The file is there before the session names it.
        self.inner.files.press(&mut incoming).await?;
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
        part: Part,
        body: Body,
    ) -> Result<Outcome, Failure> {
        let mut body = body.into_data_stream();
        let outcome = self.continue_with(id, part, &mut body).await;
        if outcome.is_err() {
            drain(&mut body).await;
        }
        outcome
    }

    async fn continue_with(
        &self,
        id: &str,
        part: Part,
        body: &mut BodyDataStream,
    ) -> Result<Outcome, Failure> {
        self.session(id)?;
        let writer = self.inner.uploads.writer(id);
        let mut writer = writer.lock().await;
        let mut session = self.session(id)?;
        if let Some(object) = session.done {
            return Ok(Outcome::Done(Box::new(object)));
        }
        // Taken out: when this request is cut off, the next one reads from the file what really arrived.
        let mut incoming = match writer.take() {
            Some(incoming) => incoming,
            None => self.reopen(&session).await?,
        };
        let taken = take_part(&session, part.sent, &mut incoming, body).await;
        match taken {
            Ok(true) => {
                let stored = self.inner.files.finish(incoming).await?;
                session.target.claimed = part.claimed.or(session.target.claimed);
                let finished = self.finalize(&session.target, stored, Ends::Session(id));
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

    /// Forgets uploads that were begun more than a week ago, with what came of them.
    fn end_old_sessions(&self) -> Result<(), Failure> {
        let oldest = self.inner.core.clock.now_micros() - LIFETIME_MICROS;
        let over = |session: &&Session| session.started < oldest;
        let old: Vec<Session> = self.state().sessions.values().filter(over).cloned().collect();
        for session in old {
            self.forget_session(&session.id)?;
            self.inner.uploads.forget(&session.id);
            if let Some(file) = session.file {
                self.inner.files.remove(&file);
            }
        }
        Ok(())
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
    if total
        .zip(session.announced)
        .is_some_and(|(total, announced)| total != announced)
    {
        return Err(Failure::invalid(
            "Invalid request. The size in the Content-Range header is not the one that X-Upload-Content-Length announced.",
        ));
    }
    if first > incoming.size {
        return Err(Failure::invalid(format!(
            "Invalid request. According to the Content-Range header, the upload offset is {first} byte(s), which exceeds already uploaded size of {} byte(s).",
            incoming.size
        )));
    }
    let end = last
        .map(|last| last.saturating_add(1))
        .or(total)
        .or(session.announced);
    let whole = total.or(session.announced.filter(|_| last.is_none()));
    let is_last = last.is_none() || end == total;
    if let (Some(end), false) = (end, is_last) {
        check_granularity(end - first)?;
    }
    // Of a part that is not the last only whole quanta are kept, as in the cloud; the answer says how much.
    let kept = end.map(|end| if is_last { end } else { end - end % QUANTUM });
    // What is there already is ignored when it comes again.
    let mut known = incoming.size - first;
    let mut at = first;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| cut_off(&error))?;
        let skip = usize::try_from(known).unwrap_or(usize::MAX).min(chunk.len());
        known -= skip as u64;
        at += chunk.len() as u64;
        if end.is_some_and(|end| at > end) {
            return Err(length_mismatch(at - first, first, end));
        }
        let room = kept.map_or(u64::MAX, |kept| kept.saturating_sub(incoming.size));
        let fresh = chunk.slice(skip..);
        let fresh = fresh.slice(..fresh.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
        session.target.check_growing(incoming.size + fresh.len() as u64)?;
        incoming.write(&fresh).await?;
    }
    if end.is_some_and(|end| at < end) {
        return Err(length_mismatch(at - first, first, end));
    }
    Ok(is_last && whole.is_none_or(|whole| incoming.size == whole))
}

/// Parts but the last are counted in these.
const QUANTUM: u64 = 256 * 1024;

fn check_granularity(length: u64) -> Result<(), Failure> {
    if length >= QUANTUM {
        return Ok(());
    }
    Err(Failure::invalid(format!(
        "Invalid request. The number of bytes uploaded is required to be equal or greater than {QUANTUM}, except for the final request \
         (it's recommended to be the exact multiple of {QUANTUM}). The received request contained {length} bytes, which does not meet \
         this requirement."
    )))
}

fn length_mismatch(came: u64, first: u64, end: Option<u64>) -> Failure {
    let end = end.unwrap_or(first);
    Failure::invalid(format!(
        "Invalid request. There were {came} byte(s) (or more) in the request body. There should have been {} byte(s) (starting at offset \
         {first} and ending at offset {}) according to the Content-Range header.",
        end.saturating_sub(first),
        end.saturating_sub(1)
    ))
}

fn no_upload() -> Failure {
    Failure::new(Kind::NoSuchUpload, "The requested upload was not found.")
}
