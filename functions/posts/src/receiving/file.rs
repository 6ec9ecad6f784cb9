//! A file of a form, stored as it arrives.

use super::picture::{ENOUGH, Picture};
use crate::state::Posts;
use bytes::Bytes;
use cloud::hash::Running;
use cloud::{Feed, feed};
use contracts::media::{UPLOADS, received_name};
use contracts::{FieldError, MediaId, Refusal, UserId};
use futures::join;
use runtime::{Error, Part, Result};

/// The largest file, in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;
/// The most bytes of all files of a form.
const LARGEST_FORM: u64 = 30 * 1024 * 1024;

/// Which file of which request.
#[derive(Debug)]
pub(super) struct Which<'a> {
    pub(super) owner: UserId,
    pub(super) index: usize,
    /// How many bytes the files before it had.
    pub(super) before: u64,
    /// Where objects are noted before they are there; none when nothing is stored.
    pub(super) objects: Option<&'a mut Vec<String>>,
}

/// A file that has passed.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) media_id: MediaId,
    pub(super) bytes: u64,
    pub(super) digest: [u8; 32],
}

impl Posts {
    /// Stores a file as it arrives. One write of Cloud Storage.
    pub(super) async fn take_file(&self, which: Which<'_>, mut part: Part) -> Result<Taken> {
        let mut first = Vec::new();
        while first.len() < ENOUGH {
            match part.chunk().await? {
                Some(chunk) => first.extend_from_slice(&chunk),
                None => break,
            }
        }
        let picture = Picture::of(&first).ok_or_else(|| no_picture(which.index))?;
        let media_id = MediaId::random();
        let first = Bytes::from(first);
        let meter = match which.objects {
            None => pass_on(None, first, part, which.before).await?,
            Some(objects) => {
                let name = received_name(which.owner, media_id, &token(), picture.extension());
                objects.push(name.clone());
                let bucket = self.cloud.bucket(UPLOADS);
                let (giving, bytes) = feed();
                let cloud_storage = self.cloud.objects();
                let store = cloud_storage.receive(&bucket, &name, picture.content_type(), bytes);
                let pass = pass_on(Some(giving), first, part, which.before);
                let (stored, passed) = join!(store, pass);
                // what is wrong with the file says more than that it was not stored
                let meter = passed?;
                stored?;
                meter
            }
        };
        Ok(Taken {
            media_id,
            bytes: meter.bytes,
            digest: meter.digest.end(),
        })
    }
}

/// What nobody can guess of the public address of a picture: 32 hexadecimal digits.
fn token() -> String {
    MediaId::random().to_string().replace('-', "")
}

/// How much has passed.
#[derive(Debug)]
struct Meter {
    bytes: u64,
    digest: Running,
}

/// Hands `first` and the rest of `part` over. When nobody takes it, or nobody any more, it is read all the same: what a repetition brings is compared.
async fn pass_on(mut feed: Option<Feed>, first: Bytes, mut part: Part, before: u64) -> Result<Meter> {
    let mut meter = Meter {
        bytes: 0,
        digest: Running::new(),
    };
    let mut next = Some(first);
    while let Some(bytes) = next {
        meter.bytes += bytes.len() as u64;
        meter.digest.add(&bytes);
        if meter.bytes > LARGEST {
            return Err(Error::too_large("a file", LARGEST));
        }
        if before + meter.bytes > LARGEST_FORM {
            return Err(Error::too_large("the sum of all files", LARGEST_FORM));
        }
        if let Some(taking) = &feed
            && taking.send(bytes).await.is_err()
        {
            feed = None;
        }
        next = part.chunk().await?;
    }
    if let Some(feed) = feed {
        feed.end(true).await;
    }
    Ok(meter)
}

fn no_picture(index: usize) -> Refusal {
    Refusal::Invalid(vec![FieldError::new(
        format!("/media/{index}"),
        "not_an_image",
        "a JPEG, PNG, GIF or WebP picture",
    )])
}
