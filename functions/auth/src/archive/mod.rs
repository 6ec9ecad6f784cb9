//! The archive of an export: the parts that functions wrote, as one ZIP. In memory are a few pages of parts at a time.

mod zip;

use crate::model::Export;
use crate::state::Auth;
use cloud::{Feed, Objects};
use futures::{StreamExt, TryStreamExt, stream};
use runtime::{EXPORTS, Result};
use zip::{Packed, Zip};

/// How many pages are read ahead of the one that is written.
const AHEAD: usize = 4;

/// Puts the parts together as the archive of this name; answers its generation. A read of Cloud Storage for each page.
pub(crate) async fn assemble(auth: &Auth, export: &Export, archive: &str) -> Result<i64> {
    let bucket = auth.cloud.bucket(EXPORTS);
    let objects = auth.cloud.objects();
    let (feed, body) = cloud::feed();
    let object = export.object(archive);
    let pack = async {
        // it ends with this block, also where the archive breaks off
        let feed = feed;
        let packed = pack(objects, &bucket, &export.parts(), &feed).await;
        feed.end(packed.is_ok()).await;
        packed
    };
    let stored = objects.put_stream(&bucket, &object, body, "application/zip");
    let (packed, stored) = futures::join!(pack, stored);
    packed?;
    Ok(stored?)
}

/// Takes files of an export away: those whose names begin so. A listing for each 500 of them.
pub(crate) async fn remove_files(auth: &Auth, prefix: &str) -> cloud::Result<()> {
    let bucket = auth.cloud.bucket(EXPORTS);
    let objects = auth.cloud.objects();
    while objects.delete_some(&bucket, prefix).await? > 0 {}
    Ok(())
}

/// Every part, in the order of their names: `posts/comments-00003.json`. Some are read and deflated ahead, off the threads that serve requests.
async fn pack(objects: &Objects, bucket: &str, folder: &str, feed: &Feed) -> Result<()> {
    let mut zip = Zip::default();
    let mut page = None;
    loop {
        let (names, next) = objects.list(bucket, folder, page).await?;
        let mut packed = stream::iter(names)
            .map(|name| read(objects, bucket, folder, name))
            .buffered(AHEAD);
        while let Some(file) = packed.try_next().await? {
            feed.send(zip.entry(&file).map_err(runtime::Error::failed)?)
                .await?;
        }
        drop(packed);
        page = next;
        if page.is_none() {
            break;
        }
    }
    Ok(feed.send(zip.end().map_err(runtime::Error::failed)?).await?)
}

async fn read(objects: &Objects, bucket: &str, folder: &str, name: String) -> Result<Packed> {
    let content = objects.read_small(bucket, &name).await?;
    let short = name.strip_prefix(folder).unwrap_or(&name).to_owned();
    let packed = tokio::task::spawn_blocking(move || Packed::of(short, &content));
    packed.await.map_err(runtime::Error::failed)
}
