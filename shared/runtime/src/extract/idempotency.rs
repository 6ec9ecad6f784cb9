//! `Idempotency-Key`: the same request again gets the first answer.

use super::{Buffered, Caller, Streamed, context};
use crate::{Context, Error, answer};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use cloud::{IdempotencyKey, Lease, hash};
use contracts::Refusal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The client's key for this request, if it sent one. Extracting it answers a repetition at once: with the first answer, or with 409 while the
/// first still runs; of a form only the latter, the former is [`Idempotency::of_parts`].
#[derive(Debug, Clone)]
pub struct Idempotency(Option<IdempotencyKey>);

impl Idempotency {
    /// The key of a form's request, whose fingerprint is of its parts, once all were read: answers a repetition with the first answer. One read.
    ///
    /// # Errors
    /// Firestore is away; 422 `idempotency_key_reused` when the key was used for another form.
    pub async fn of_parts(
        &self,
        context: &Context,
        parts: &[Vec<u8>],
    ) -> Result<Option<IdempotencyKey>, Error> {
        let Some(key) = &self.0 else { return Ok(None) };
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let key = IdempotencyKey {
            fingerprint: hash::key(&parts),
            ..key.clone()
        };
        match context.cloud().earlier_answer(&key).await? {
            Some(first) => Err(Error::Answered(Box::new(answer::replay(first)))),
            None => Ok(Some(key)),
        }
    }

    /// Whether a request with this key was answered before, whatever it asked for: known before a form is read. One read with a key.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn was_answered(&self, context: &Context) -> Result<bool, Error> {
        match &self.0 {
            Some(key) => Ok(context.cloud().has_answered(key).await?),
            None => Ok(false),
        }
    }

    /// For [`cloud::Commit::answer`].
    pub fn key(&self) -> Option<&IdempotencyKey> {
        self.0.as_ref()
    }
}

/// Claims that this request made in Redis; the app gives them back when it is answered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims(Arc<Mutex<Vec<Lease>>>);

/// How long a claim outlives a process that died.
const CLAIMED: Duration = Duration::from_secs(30);

impl Claims {
    /// Gives them back.
    pub(crate) async fn release(&self) {
        let claimed = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for lease in claimed {
            // without Redis the claim runs out by itself
            let _ = lease.release().await;
        }
    }

    fn add(&self, lease: Lease) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(lease);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Idempotency {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Some(header) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let text = header.to_str().unwrap_or_default().to_owned();
        if !(1..=255).contains(&text.len()) || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            let detail = "an Idempotency-Key is 1 to 255 printable ASCII characters";
            return Err(Refusal::malformed("invalid_idempotency_key", detail).into());
        }
        let caller = Caller::from_request_parts(parts, state).await?;
        let key = key(parts, &caller, &text);
        let context = context(parts)?;
        // first the claim: whoever had it before has committed or given up by now, so that looking afterwards misses nothing
        let claimed = claim(parts, context, &key).await;
        // of a form it is not known yet what is asked
        let form = parts.extensions.get::<Streamed>().is_some();
        if !form && let Some(first) = context.cloud().earlier_answer(&key).await? {
            return Err(Error::Answered(Box::new(answer::replay(first))));
        }
        if claimed {
            Ok(Self(Some(key)))
        } else {
            Err(in_use())
        }
    }
}

/// The key in its scope, the caller and the route, and a fingerprint of what is asked: of the parsed body, so that spaces and order do not count.
fn key(parts: &Parts, caller: &Caller, text: &str) -> IdempotencyKey {
    let body = parts
        .extensions
        .get::<Buffered>()
        .map(|body| body.0.clone())
        .unwrap_or_default();
    let parsed: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let user = caller.user_id.to_string();
    let scope = [
        user.as_bytes(),
        parts.method.as_str().as_bytes(),
        parts.uri.path().as_bytes(),
        text.as_bytes(),
    ];
    IdempotencyKey {
        id: hash::key(&scope),
        fingerprint: hash::key(&[parsed.to_string().as_bytes()]),
        caller: caller.user_id,
    }
}

/// Keeps others with the same key out while this one runs; answers whether it is this one's turn. Without Redis the record in the commit decides.
async fn claim(parts: &Parts, context: &Context, key: &IdempotencyKey) -> bool {
    let name = format!("idempotency:{}", key.id);
    match context.cloud().locks().lease(&name, CLAIMED).await {
        Ok(Some(lease)) => {
            if let Some(claims) = parts.extensions.get::<Claims>() {
                claims.add(lease);
            }
            true
        }
        Ok(None) => false,
        Err(error) => {
            tracing::warn!(%error, "no claim: Redis is away");
            true
        }
    }
}

fn in_use() -> Error {
    Error::Answered(Box::new(crate::error::plain(
        StatusCode::CONFLICT,
        "idempotency_key_in_use",
        "a request with this Idempotency-Key is still running",
    )))
}
