//! A letter is to be sent.

use crate::letters::deliver;
use crate::state::Auth;
use crate::store;
use contracts::Event;
use contracts::events::identity::MailDue;
use runtime::Result;

/// Sends it, unless it was sent: then it is not there any more. One read, and what [`deliver`] costs.
pub(crate) async fn handle(event: Event<MailDue>, auth: Auth) -> Result<()> {
    match store::letter(auth.cloud.documents(), &event.data.letter_id).await? {
        Some(letter) => Ok(deliver(&auth, &letter).await?),
        None => Ok(()),
    }
}
