//! Uploads in one request.

use super::multipart::{Event, Multipart};
use crate::storage::Storage;
use crate::storage::changes::Ends;
use crate::storage::failure::Failure;
use crate::storage::files::Incoming;
use crate::storage::object::{Draft, Object};
use crate::storage::session::Target;
use axum::body::{Body, BodyDataStream};
use futures::StreamExt as _;

/// How much that nobody wants is still taken, so that its sender comes to read the answer.
const DRAINED: usize = 64 * 1024 * 1024;

/// The largest metadata part: the cloud allows 8 KiB of metadata, names and the rest need little more.
const LARGEST_METADATA: usize = 64 * 1024;

/// Reads on without keeping anything.
pub(in crate::storage) async fn drain(body: &mut BodyDataStream) {
    let mut left = DRAINED;
    while let Some(Ok(chunk)) = body.next().await {
        if chunk.len() > left {
            return;
        }
        left -= chunk.len();
    }
}

pub(super) fn cut_off(error: &axum::Error) -> Failure {
    Failure::invalid(format!("the upload was cut off: {error}"))
}

impl Storage {
    /// The whole body is the object.
    pub(in crate::storage) async fn upload_media(
        &self,
        target: &Target,
        body: Body,
    ) -> Result<Object, Failure> {
        let mut body = body.into_data_stream();
        let taken = self.take_media(target, &mut body).await;
        match taken {
            Ok(incoming) => self.finalize(target, self.inner.files.finish(incoming).await?, Ends::Nothing),
            Err(failure) => {
                drain(&mut body).await;
                Err(failure)
            }
        }
    }

    async fn take_media(&self, target: &Target, body: &mut BodyDataStream) -> Result<Incoming, Failure> {
        self.begin(target)?;
        let hashed = target.claimed.sha256.is_some();
        let mut incoming = self.inner.files.create().await?.with_sha256(hashed);
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| cut_off(&error))?;
            target.check_growing(incoming.size + chunk.len() as u64)?;
            incoming.write(&chunk).await?;
        }
        Ok(incoming)
    }

    /// Refuses before the bytes what would be refused after them anyhow.
    pub(in crate::storage) fn begin(&self, target: &Target) -> Result<(), Failure> {
        crate::storage::object::check_name(&target.name)?;
        let state = self.state();
        target.preconditions.check(
            state
                .held(&target.bucket)?
                .objects
                .get(&target.name)
                .map(Object::version),
        )
    }

    /// `multipart/related`: the resource, the bytes, and perhaps their sums behind them. What the resource says wins over `target`.
    pub(in crate::storage) async fn upload_multipart(
        &self,
        target: Target,
        boundary: &str,
        body: Body,
    ) -> Result<Object, Failure> {
        let mut body = body.into_data_stream();
        let mut parts = Parts {
            target,
            parser: Multipart::new(boundary),
            at: 0,
            text: Vec::new(),
            incoming: None,
        };
        let taken = self.take_parts(&mut parts, &mut body).await;
        // something always follows the end boundary, be it only the end of the chunks: left unread, it costs the sender its connection
        drain(&mut body).await;
        taken?;
        match parts.incoming {
            Some(incoming) => self.finalize(
                &parts.target,
                self.inner.files.finish(incoming).await?,
                Ends::Nothing,
            ),
            None => Err(Failure::invalid("Missing end boundary in multipart body.")),
        }
    }

    async fn take_parts(&self, parts: &mut Parts, body: &mut BodyDataStream) -> Result<(), Failure> {
        while let Some(chunk) = body.next().await {
            parts.parser.push(&chunk.map_err(|error| cut_off(&error))?);
            while let Some(event) = parts.parser.next()? {
                match (event, parts.at) {
                    (Event::Part(headers), _) => {
                        let content_type = headers.get("content-type").map(str::to_owned);
                        self.next_part(parts, content_type).await?;
                    }
                    (Event::Data(bytes), 2) => {
                        if let Some(incoming) = &mut parts.incoming {
                            incoming.write(&bytes).await?;
                        }
                    }
                    (Event::Data(bytes), _) => parts.add_text(&bytes)?,
                    (Event::End, _) => return self.next_part(parts, None).await,
                }
            }
        }
        Err(Failure::invalid("Missing end boundary in multipart body."))
    }

    /// Closes the part before and opens the next: 1 the resource, 2 the bytes, 3 the sums.
    async fn next_part(&self, parts: &mut Parts, content_type: Option<String>) -> Result<(), Failure> {
        match parts.at {
            1 => {
                let draft = Draft::parse(&parts.text)?;
                parts.target.apply(draft);
                if parts.target.attributes.content_type.is_none() {
                    parts.target.attributes.content_type = content_type;
                }
                self.begin(&parts.target)?;
                parts.incoming = Some(self.inner.files.create().await?);
            }
            3 => {
                let sums = Draft::parse(&parts.text)?.claimed;
                let before = std::mem::take(&mut parts.target.claimed);
                parts.target.claimed = sums.or(before);
            }
            _ => {}
        }
        parts.text.clear();
        parts.at += 1;
        Ok(())
    }
}

/// Where a multipart upload stands.
struct Parts {
    target: Target,
    parser: Multipart,
    /// Which part: 0 none yet.
    at: usize,
    text: Vec<u8>,
    incoming: Option<Incoming>,
}

impl Parts {
    fn add_text(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.text.extend_from_slice(bytes);
        if self.text.len() > LARGEST_METADATA {
            return Err(Failure::invalid("The metadata part is too large."));
        }
        Ok(())
    }
}
