//! Erasing in stints.

use super::once::once;
use super::{Erased, Holder};
use crate::{Context, Result};
use cloud::{Cloud, hash};
use contracts::Event;
use contracts::events::accounts::{AccountDeleted, AccountErased, AccountErasing};
use std::collections::BTreeMap;

/// `account.deleted`: the first stint.
pub(crate) async fn begin<S: Holder>(context: Context, event: Event<AccountDeleted>, state: S) -> Result<()> {
    let first = AccountErasing {
        deleted: event.data,
        function: context.cloud().function().to_owned(),
        stints: 0,
        counts: BTreeMap::new(),
    };
    made_once(&context, &state, first).await
}

/// `account.erasing`: one more.
pub(crate) async fn resume<S: Holder>(
    context: Context,
    event: Event<AccountErasing>,
    state: S,
) -> Result<()> {
    made_once(&context, &state, event.data).await
}

async fn made_once<S: Holder>(context: &Context, state: &S, erasing: AccountErasing) -> Result<()> {
    let AccountDeleted {
        erasure_id, round, ..
    } = erasing.deleted;
    let name = format!("erasure:{erasure_id}:{round}:{}", erasing.stints);
    once(context.cloud(), &name, stint(context, state, erasing)).await
}

async fn stint<S: Holder>(context: &Context, state: &S, mut erasing: AccountErasing) -> Result<()> {
    let cloud = context.cloud();
    let begun = cloud.clock().now();
    if erasing.stints == 0 {
        // before anything is erased: what a message makes after this is found, or not made
        let known = begun + context.settings().erased_known;
        cloud.mark_erased(erasing.deleted.user_id, known).await?;
    }
    while let Some(erased) = step(cloud, state, &erasing.deleted).await? {
        let count = erasing.counts.entry(erased.kind.to_owned()).or_default();
        *count += erased.count;
        if cloud.clock().now().since(begun) >= context.settings().erasure_stint {
            return hand_on(cloud, erasing).await;
        }
    }
    report(cloud, erasing).await
}

/// The answers that every function keeps, then what this one holds.
async fn step<S: Holder>(cloud: &Cloud, state: &S, deleted: &AccountDeleted) -> Result<Option<Erased>> {
    let answers = cloud.purge_answers(deleted.user_id).await?;
    match Erased::some("answers kept for repetitions", answers) {
        None => state.erase(deleted.user_id).await,
        some => Ok(some),
    }
}

async fn hand_on(cloud: &Cloud, erasing: AccountErasing) -> Result<()> {
    let next = AccountErasing {
        stints: erasing.stints.saturating_add(1),
        ..erasing
    };
    Ok(cloud.commit().emit(&next).await?)
}

async fn report(cloud: &Cloud, erasing: AccountErasing) -> Result<()> {
    let AccountErasing {
        deleted,
        function,
        counts,
        ..
    } = erasing;
    let AccountDeleted {
        erasure_id, round, ..
    } = deleted;
    tracing::info!(erasure.id = %erasure_id, erasure.round = round, "holds nothing of a deleted account any more");
    let cause = [
        erasure_id.as_bytes().as_slice(),
        &round.to_be_bytes(),
        function.as_bytes(),
    ];
    let id = hash::event_id::<AccountErased>(&cause);
    let erased = AccountErased {
        erasure_id,
        round,
        function,
        counts,
    };
    Ok(cloud.commit().emit_as(id, &erased).await?)
}
