//! Mail: letters are written in the commit that makes them due, and sent by the event that follows it. No request waits for a mail server.

mod deliver;
pub(crate) mod sweep;
mod words;

pub(crate) use deliver::deliver;

use crate::model::Letter;
use crate::store::LETTERS;
use cloud::Commit;
use contracts::events::identity::MailDue;

/// Posts a letter with a commit: it goes out when the commit has happened, and never without. One write, one message.
pub(crate) fn post(commit: Commit, letter: &Letter) -> Commit {
    commit.create(LETTERS, letter).emit(&MailDue {
        letter_id: letter.letter_id.clone(),
    })
}
