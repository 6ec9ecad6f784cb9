//! Writing a function's part of an export, in stints.

use super::once::once;
use super::{EXPORTS, Export, Holder};
use crate::{Context, Result};
use cloud::{Cloud, hash};
use contracts::events::accounts::{ExportPart, ExportRequested, ExportWriting};
use contracts::{Event, UserId};

/// How far a part is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// How many kinds are written.
    pub(super) kinds: u32,
    /// Of the next kind, the id of the last document that is written.
    pub(super) after: Option<String>,
    /// How many pages there are.
    pub(super) pages: u32,
}

/// `export.requested`: the first stint.
pub(crate) async fn begin<S: Holder>(
    context: Context,
    event: Event<ExportRequested>,
    state: S,
) -> Result<()> {
    let first = ExportWriting {
        requested: event.data,
        function: context.cloud().function().to_owned(),
        stints: 0,
        kinds: 0,
        after: None,
        pages: 0,
    };
    made_once(&context, &state, first).await
}

/// `export.writing`: one more.
pub(crate) async fn resume<S: Holder>(context: Context, event: Event<ExportWriting>, state: S) -> Result<()> {
    made_once(&context, &state, event.data).await
}

async fn made_once<S: Holder>(context: &Context, state: &S, writing: ExportWriting) -> Result<()> {
    let name = format!("export:{}:{}", writing.requested.export_id, writing.stints);
    once(context.cloud(), &name, stint(context, state, writing)).await
}

async fn stint<S: Holder>(context: &Context, state: &S, writing: ExportWriting) -> Result<()> {
    let cloud = context.cloud();
    let ExportRequested { export_id, user_id } = writing.requested;
    if cloud.is_erased(user_id).await? {
        return Ok(());
    }
    let folder = format!("{}{}/", Export::parts_of(user_id, export_id), writing.function);
    let place = Place {
        kinds: writing.kinds,
        after: writing.after.clone(),
        pages: writing.pages,
    };
    let mut export = Export::at(cloud, folder, place, context.settings().export_stint);
    state.export(user_id, &mut export).await?;
    if cloud.is_erased(user_id).await? {
        return take_back(cloud, user_id).await;
    }
    match export.rest() {
        Some(place) => hand_on(cloud, writing, place).await,
        None => report(cloud, &writing).await,
    }
}

/// They were erased while this was written.
async fn take_back(cloud: &Cloud, user: UserId) -> Result<()> {
    let (bucket, folder) = (cloud.bucket(EXPORTS), Export::folder_of(user));
    while cloud.objects().delete_some(&bucket, &folder).await? > 0 {}
    Ok(())
}

async fn hand_on(cloud: &Cloud, writing: ExportWriting, place: Place) -> Result<()> {
    let next = ExportWriting {
        stints: writing.stints.saturating_add(1),
        kinds: place.kinds,
        after: place.after,
        pages: place.pages,
        ..writing
    };
    Ok(cloud.commit().emit(&next).await?)
}

async fn report(cloud: &Cloud, writing: &ExportWriting) -> Result<()> {
    let export_id = writing.requested.export_id;
    let id = hash::event_id::<ExportPart>(&[export_id.as_bytes(), writing.function.as_bytes()]);
    let part = ExportPart {
        export_id,
        function: writing.function.clone(),
    };
    Ok(cloud.commit().emit_as(id, &part).await?)
}
