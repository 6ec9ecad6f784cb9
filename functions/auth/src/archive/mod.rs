//! The archive of an export: the parts that functions wrote, as one ZIP. In memory is one page of a part at a time.

mod zip;

use crate::model::Export;
use crate::state::Auth;
use cloud::{Feed, Objects};
use runtime::{EXPORTS, Result};
use zip::Zip;

/// Puts the parts together and takes them away; answers the archive's generation. Doing it again makes another generation of the same. A read of Cloud
/// Storage for each page.
pub(crate) async fn assemble(auth: &Auth, export: &Export) -> Result<i64> {
    let bucket = auth.cloud.bucket(EXPORTS);
    let objects = auth.cloud.objects();
    let (feed, body) = cloud::feed();
    let object = export.object();
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
    let generation = stored?;
    while objects.delete_some(&bucket, &export.parts()).await? > 0 {}
    Ok(generation)
}

/// Every part, in the order of their names: `posts/comments-00003.json`.
async fn pack(objects: &Objects, bucket: &str, folder: &str, feed: &Feed) -> Result<()> {
    let mut zip = Zip::default();
    let mut page = None;
    loop {
        let (names, next) = objects.list(bucket, folder, page).await?;
        for name in names {
            let content = objects.read_small(bucket, &name).await?;
            let short = name.strip_prefix(folder).unwrap_or(&name);
            let entry = zip.entry(short, &content).map_err(runtime::Error::failed)?;
            feed.send(entry).await?;
        }
        page = next;
        if page.is_none() {
            break;
        }
    }
    Ok(feed.send(zip.end().map_err(runtime::Error::failed)?).await?)
}
