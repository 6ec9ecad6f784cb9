//! What becomes due: rounds of erasures, accounts that stayed deactivated, exports that were kept long enough.

use crate::archive;
use crate::model::{Deactivation, Erasure, Export, SHARDS};
use crate::state::Auth;
use crate::store::{self, DEACTIVATIONS, DUE, ERASURES, EXPORTS};
use cloud::{Error, Stored};
use runtime::Result;

/// Every few minutes. Three reads a shard and what is due.
pub(crate) async fn run(auth: Auth) -> Result<()> {
    let documents = auth.cloud.documents();
    for shard in 0..SHARDS {
        for erasure in documents.query(ERASURES.due(shard, auth.now(), DUE)).await? {
            raced(pursue(&auth, &erasure).await)?;
        }
        for deactivation in documents.query(DEACTIVATIONS.due(shard, auth.now(), DUE)).await? {
            raced(end(&auth, &deactivation).await)?;
        }
        for export in documents.query(EXPORTS.due(shard, auth.now(), DUE)).await? {
            raced(take_away(&auth, &export).await)?;
        }
    }
    Ok(())
}

/// Somebody else has changed it at this moment: it is not due any more, or comes again.
fn raced(outcome: cloud::Result<()>) -> cloud::Result<()> {
    match outcome {
        Err(Error::Contention) => Ok(()),
        outcome => outcome,
    }
}

async fn pursue(auth: &Auth, erasure: &Stored<Erasure>) -> cloud::Result<()> {
    let Some((next, told)) = erasure.pursued(auth.now(), auth.pace) else {
        return Ok(());
    };
    tracing::info!(erasure.id = %next.erasure_id, erasure.round = next.round, "a round of an erasure begins, or is told again");
    auth.commit().update(erasure, &next).emit(&told).await
}

/// Its owner did not come back.
async fn end(auth: &Auth, deactivation: &Stored<Deactivation>) -> cloud::Result<()> {
    let account = store::account(auth.cloud.documents(), deactivation.user_id).await?;
    match account.filter(|account| account.deactivated_at.is_some()) {
        Some(account) => auth.delete(&account).await.map(|_| ()),
        None => auth.commit().delete(deactivation).await,
    }
}

async fn take_away(auth: &Auth, export: &Stored<Export>) -> cloud::Result<()> {
    archive::remove_files(auth, &export.folder()).await?;
    auth.commit().delete(export).await
}
