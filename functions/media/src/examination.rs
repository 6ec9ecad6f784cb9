//! Looking at bytes that arrived, and publishing what was made of them.

use crate::model::{Lie, Made, StoredMedia, attachment, honest};
use crate::state::Library;
use crate::turns::Outcome;
use bytes::Bytes;
use cloud::{Served, Source};
use contracts::media::{Image, ImageVariant};
use contracts::resources::{MediaFailure, MediaKind};
use futures::future::try_join_all;
use imaging::{Examined, Flaw, Format};

/// A name never comes to stand for other bytes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// How much of a file is looked at.
const BEGINNING: u64 = 4096;

/// What the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// What they should be; what was made of them is published.
    Good(Made),
    /// Not that.
    Bad(MediaFailure),
}

/// Examines one generation of the bytes of pending media, and publishes what comes of it; none when that generation is not there any more. The same
/// bytes make the same objects: to be called as often as one likes. Of Cloud Storage one read and, for an image, up to four writes; for a file one.
///
/// # Errors
/// Cloud Storage is away.
pub(crate) async fn examine(
    library: &Library,
    media: &StoredMedia,
    generation: i64,
) -> cloud::Result<Option<Verdict>> {
    let most = match media.kind {
        MediaKind::Image => library.policy.images.largest,
        MediaKind::File => BEGINNING,
    };
    let objects = library.cloud.objects();
    let bucket = library.uploads();
    let Some(bytes) = objects.read(&bucket, &media.upload, generation, most + 1).await? else {
        return Ok(None);
    };
    if let Err(Lie(failure)) = honest(&media.content_type, &bytes) {
        return Ok(Some(Verdict::Bad(failure)));
    }
    match media.kind {
        MediaKind::Image => image(library, media, bytes, most).await.map(Some),
        MediaKind::File => file(library, media, generation).await,
    }
}

async fn image(library: &Library, media: &StoredMedia, bytes: Bytes, most: u64) -> cloud::Result<Verdict> {
    let Some(format) = Format::of_media_type(&media.content_type) else {
        return Ok(Verdict::Bad(failure("not_the_type", "The file is not an image.")));
    };
    if bytes.len() as u64 > most {
        return Ok(Verdict::Bad(failure("too_large", "The file is too large.")));
    }
    match apart(library, bytes, format).await? {
        Ok(examined) => {
            let made = publish(library, media, examined).await?;
            Ok(Verdict::Good(made))
        }
        Err(failure) => Ok(Verdict::Bad(failure)),
    }
}

/// Takes the image apart, away from the threads that serve requests, so many at a time. One that takes too long is given up.
async fn apart(
    library: &Library,
    bytes: Bytes,
    format: Format,
) -> cloud::Result<Result<Examined, MediaFailure>> {
    let limits = library.limits;
    let work = move || imaging::examine(&bytes, format, &limits);
    Ok(match library.turns.run(work).await? {
        Outcome::Done(examined) => examined.map_err(|flaw| failure(flaw.code(), &sentence(&flaw))),
        Outcome::BrokeDown => Err(failure(Flaw::Corrupt.code(), &sentence(&Flaw::Corrupt))),
        Outcome::TookTooLong => Err(failure("too_complex", "The image takes too long to decode.")),
    })
}

async fn publish(library: &Library, media: &StoredMedia, examined: Examined) -> cloud::Result<Made> {
    let size_bytes = examined.original.len() as u64;
    let variants: Vec<ImageVariant> = examined
        .variants
        .iter()
        .map(|variant| ImageVariant {
            object: media.variant(variant.width),
            width: variant.width,
            height: variant.height,
        })
        .collect();
    let smaller = examined.variants.into_iter().map(|variant| variant.bytes);
    let smaller = variants
        .iter()
        .zip(smaller)
        .map(|(variant, bytes)| (variant.object.clone(), "image/webp", bytes));
    let original = (media.object(), media.content_type.as_str(), examined.original);
    let bucket = library.public();
    let stores = smaller.chain([original]).map(|(name, content_type, bytes)| {
        let bucket = &bucket;
        async move {
            let served = Served {
                content_type: content_type.to_owned(),
                cache_control: FOR_EVER.to_owned(),
                content_disposition: None,
            };
            library
                .cloud
                .objects()
                .serve(bucket, &name, bytes.into(), &served)
                .await
        }
    });
    try_join_all(stores).await?;
    Ok(Made {
        size_bytes,
        image: Some(Image {
            media_id: media.media_id,
            object: media.object(),
            content_type: media.content_type.clone(),
            width: examined.width,
            height: examined.height,
            blurhash: examined.blurhash,
            variants,
        }),
    })
}

/// A file is copied as it is, to be downloaded: browsers never show it as a page of ours.
async fn file(library: &Library, media: &StoredMedia, generation: i64) -> cloud::Result<Option<Verdict>> {
    let name = media.file_name.clone();
    let name = name.unwrap_or_else(|| format!("file.{}", media.extension));
    let served = Served {
        content_type: media.content_type.clone(),
        cache_control: FOR_EVER.to_owned(),
        content_disposition: Some(attachment(&name)),
    };
    let source = Source {
        bucket: &library.uploads(),
        object: &media.upload,
        generation,
    };
    let objects = library.cloud.objects();
    let there = objects
        .copy(source, &library.public(), &media.object(), &served)
        .await?;
    let made = Made {
        size_bytes: media.size_bytes,
        image: None,
    };
    Ok(there.then_some(Verdict::Good(made)))
}

fn failure(code: &str, detail: &str) -> MediaFailure {
    MediaFailure {
        code: code.to_owned(),
        detail: detail.to_owned(),
    }
}

/// A flaw as a sentence for a person.
fn sentence(flaw: &Flaw) -> String {
    let text = flaw.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}
