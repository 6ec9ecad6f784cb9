//! All sessions of somebody are over.

use crate::state::Auth;
use contracts::Event;
use contracts::events::identity::SessionsEnded;
use runtime::Result;

/// Ends those that the request has not ended. Told again, it finds none.
pub(crate) async fn handle(event: Event<SessionsEnded>, auth: Auth) -> Result<()> {
    let SessionsEnded { user_id, reason } = event.data;
    Ok(auth.end_stale(user_id, reason).await?)
}
