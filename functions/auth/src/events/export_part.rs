//! `export.part`: a function has written its part of an export.

use crate::archive::{assemble, remove_files};
use crate::model::Export;
use crate::state::Auth;
use crate::store::EXPORTS;
use contracts::events::accounts::ExportPart;
use contracts::{Event, ExportId};
use runtime::Result;

/// Notes it; whoever notes the last one, or comes after, puts the archive together. Two may do so side by side: the first one's archive stays, and the parts
/// go only when there is one. Two reads and two writes, and what is in the archive.
pub(crate) async fn handle(event: Event<ExportPart>, auth: Auth) -> Result<()> {
    let ExportPart { export_id, function } = event.data;
    let noted = change(&auth, export_id, |export| export.with_part(&function)).await?;
    let Some(export) = noted.filter(Export::is_complete) else {
        return Ok(());
    };
    let archive = uuid::Uuid::new_v4().to_string();
    let generation = assemble(&auth, &export, &archive).await?;
    let kept = change(&auth, export_id, |export| {
        export.with_archive(&archive, generation)
    })
    .await?;
    let of_no_use = match kept {
        Some(kept) if kept.archive == archive => export.parts(),
        Some(_) => export.object(&archive),
        // its owner was erased meanwhile, or it has had its time
        None => export.folder(),
    };
    Ok(remove_files(&auth, &of_no_use).await?)
}

/// The export after `how`; nothing when it is gone.
async fn change(auth: &Auth, id: ExportId, how: impl Fn(&Export) -> Export) -> cloud::Result<Option<Export>> {
    cloud::on_contention(|| async {
        let Some(stored) = auth.cloud.documents().get(EXPORTS, id).await? else {
            return Ok(None);
        };
        let next = how(&stored);
        if next != *stored {
            auth.commit().update(&stored, &next).await?;
        }
        Ok(Some(next))
    })
    .await
}
