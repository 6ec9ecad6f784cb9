//! Letters whose event came to nothing (the mail server was away for long) go out later.

use super::deliver;
use crate::model::{LETTER_SHARDS, Letter};
use crate::state::Auth;
use crate::store::{DUE, LETTERS};
use cloud::{Error, Stored};
use runtime::Result;

/// Every minute. One read for each shard or due letter, and what [`deliver`] costs; one write for each that could not be sent.
pub(crate) async fn run(auth: Auth) -> Result<()> {
    for shard in 0..LETTER_SHARDS {
        let due = LETTERS.due(shard, auth.now(), DUE);
        for letter in auth.cloud.documents().query(due).await? {
            take(&auth, &letter).await?;
        }
    }
    Ok(())
}

async fn take(auth: &Auth, letter: &Stored<Letter>) -> cloud::Result<()> {
    // first put off, then sent: two sweeps at a time do not both send it
    let later = letter.put_off(auth.now(), auth.letter_due);
    match auth.commit().update(letter, &later).await {
        Ok(()) => {}
        Err(Error::Contention) => return Ok(()),
        Err(error) => return Err(error),
    }
    if let Err(error) = deliver(auth, &later).await {
        tracing::warn!(letter = later.letter_id, attempts = later.attempts, %error, "a mail is not sent yet");
    }
    Ok(())
}
