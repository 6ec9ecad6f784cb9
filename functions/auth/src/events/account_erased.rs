//! `account.erased`: a function holds nothing of a deleted account any more.

use crate::state::Auth;
use crate::store::ERASURES;
use contracts::Event;
use contracts::events::accounts::AccountErased;
use runtime::Result;

/// Notes it in the report; when all have said so, the next round is due, or nobody knows any more whose account it was. One read, and one write when it
/// is news.
pub(crate) async fn handle(event: Event<AccountErased>, auth: Auth) -> Result<()> {
    cloud::on_contention(|| async {
        let stored = auth
            .cloud
            .documents()
            .get(ERASURES, event.data.erasure_id)
            .await?;
        let Some(stored) = stored else { return Ok(()) };
        let now = auth.now();
        let next = stored.after(&event.data, now, auth.pace);
        if next == *stored {
            return Ok(());
        }
        // where rounds follow each other at once, no sweep is waited for
        let due = next.due_at.is_some_and(|due| due <= now);
        match next.pursued(now, auth.pace).filter(|_| due) {
            Some((next, told)) => auth.commit().update(&stored, &next).emit(&told).await,
            None => auth.commit().update(&stored, &next).await,
        }
    })
    .await?;
    Ok(())
}
