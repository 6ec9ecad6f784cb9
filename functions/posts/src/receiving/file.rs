//! A file of a form, stored as it arrives.

use super::picture::{ENOUGH, Picture};
use crate::state::Posts;
use bytes::Bytes;
use cloud::hash::Running;
use cloud::{Feed, feed, hash};
use contracts::media::{UPLOADS, received_name};
use contracts::{FieldError, MediaId, Refusal, UserId};
use futures::join;
use runtime::{Error, Part, Result};

/// The largest file, in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;
/// The most bytes of all files of a form.
const LARGEST_FORM: u64 = 30 * 1024 * 1024;

/// Which file of which request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Which<'a> {
    pub(super) owner: UserId,
    /// What its name follows from.
    pub(super) seed: &'a str,
    pub(super) index: usize,
    /// How many bytes the files before it had.
    pub(super) before: u64,
}

/// A file that is stored.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) media_id: MediaId,
    pub(super) bytes: u64,
    pub(super) digest: [u8; 32],
}

impl Posts {
    /// Stores a file as it arrives, unless a request of the same key has stored it. One write of Cloud Storage.
    pub(super) async fn take_file(&self, which: Which<'_>, mut part: Part) -> Result<Taken> {
        let mut first = Vec::new();
        while first.len() < ENOUGH {
            match part.chunk().await? {
                Some(chunk) => first.extend_from_slice(&chunk),
                None => break,
            }
        }
        let picture = Picture::of(&first).ok_or_else(|| no_picture(which.index))?;
        let media_id = which.media_id();
        let object = received_name(which.owner, media_id, &self.token(which), picture.extension());
        let bucket = self.cloud.bucket(UPLOADS);
        let (giving, bytes) = feed();
        let objects = self.cloud.objects();
        let store = objects.receive(&bucket, &object, picture.content_type(), bytes);
        let pass = pass_on(giving, Bytes::from(first), part, which.before);
        let (stored, passed) = join!(store, pass);
        // what is wrong with the file says more than that it was not stored
        let meter = passed?;
        stored?;
        Ok(Taken {
            media_id,
            bytes: meter.bytes,
            digest: meter.digest.end(),
        })
    }

    /// What stands in the public address of a picture: 32 hexadecimal digits that follow from the request and a secret.
    fn token(&self, which: Which<'_>) -> String {
        let secret = self.context.settings().cursor_key.reveal();
        let index = which.index.to_be_bytes();
        let parts: [&[u8]; 4] = [b"picture", secret.as_bytes(), which.seed.as_bytes(), &index];
        let digits = hash::id_bytes(&parts).map(|byte| format!("{byte:02x}"));
        digits.concat()
    }
}

impl Which<'_> {
    fn media_id(self) -> MediaId {
        let index = self.index.to_be_bytes();
        MediaId::from_bytes(hash::id_bytes(&[b"received", self.seed.as_bytes(), &index]))
    }
}

/// How much has passed.
#[derive(Debug)]
struct Meter {
    bytes: u64,
    digest: Running,
}

/// Hands `first` and the rest of `part` over. When nobody takes it any more it is read all the same: what a repetition brings is compared.
async fn pass_on(feed: Feed, first: Bytes, mut part: Part, before: u64) -> Result<Meter> {
    let mut meter = Meter {
        bytes: 0,
        digest: Running::new(),
    };
    let (mut next, mut taken) = (Some(first), true);
    while let Some(bytes) = next {
        meter.bytes += bytes.len() as u64;
        meter.digest.add(&bytes);
        if meter.bytes > LARGEST {
            return Err(Error::too_large("a file", LARGEST));
        }
        if before + meter.bytes > LARGEST_FORM {
            return Err(Error::too_large("all files together", LARGEST_FORM));
        }
        if taken {
            taken = feed.send(bytes).await.is_ok();
        }
        next = part.chunk().await?;
    }
    feed.end(true).await;
    Ok(meter)
}

fn no_picture(index: usize) -> Refusal {
    Refusal::Invalid(vec![FieldError::new(
        format!("/media/{index}"),
        "not_an_image",
        "a JPEG, PNG, GIF or WebP picture",
    )])
}
