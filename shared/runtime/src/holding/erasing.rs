//! Erasing in stints.

use super::{Erased, Holder};
use crate::{Context, Result};
use cloud::redis::cmd;
use cloud::{Cloud, hash};
use contracts::events::accounts::{AccountDeleted, AccountErased, AccountErasing};
use contracts::{Event, Refusal};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a stint keeps others out whose message is the same. Longer than any request lives.
const ALONE: Duration = Duration::from_mins(2);
/// How long it is remembered that a stint was made, in seconds: as long as a message may come again, and less than the patience for silent functions.
const REMEMBERED: u64 = 600;

/// `account.deleted`: the first stint.
pub(crate) async fn begin<S: Holder>(context: Context, event: Event<AccountDeleted>, state: S) -> Result<()> {
    let first = AccountErasing {
        deleted: event.data,
        function: context.cloud().function().to_owned(),
        stints: 0,
        counts: BTreeMap::new(),
    };
    once(&context, &state, first).await
}

/// `account.erasing`: one more.
pub(crate) async fn resume<S: Holder>(
    context: Context,
    event: Event<AccountErasing>,
    state: S,
) -> Result<()> {
    once(&context, &state, event.data).await
}

/// Makes this stint, once however often its message comes: while it is made, the message is to come again, in case it comes to nothing. Without Redis it
/// may be made several times, which does no harm.
async fn once<S: Holder>(context: &Context, state: &S, erasing: AccountErasing) -> Result<()> {
    let cloud = context.cloud();
    let AccountDeleted {
        erasure_id, round, ..
    } = erasing.deleted;
    let name = format!("erasure:{erasure_id}:{round}:{}", erasing.stints);
    let made = cloud.cache().key(&format!("{}:{name}:made", cloud.function()));
    let lease = cloud.locks().lease(&name, ALONE).await;
    if let Ok(None) = lease {
        return Err(Refusal::Unavailable.into());
    }
    let known: cloud::Result<bool> = cloud.cache().run(cmd("EXISTS").arg(&made)).await;
    let outcome = if let Ok(true) = known {
        Ok(())
    } else {
        stint(context, state, erasing).await
    };
    if outcome.is_ok() {
        let mut remember = cmd("SET");
        remember.arg(&made).arg(1).arg("EX").arg(REMEMBERED);
        // without Redis it is made again
        let _ = cloud.cache().run::<()>(&remember).await;
    }
    if let Ok(Some(lease)) = lease {
        // without Redis it runs out by itself
        let _ = lease.release().await;
    }
    outcome
}

async fn stint<S: Holder>(context: &Context, state: &S, mut erasing: AccountErasing) -> Result<()> {
    let cloud = context.cloud();
    let begun = cloud.clock().now();
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
