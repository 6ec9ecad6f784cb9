//! Sending one letter.

use super::words;
use crate::model::{Code, Content, Letter, Purpose};
use crate::state::Auth;
use crate::store::{self, LETTERS};
use cloud::{Error, Mail, Result};

/// Sends a letter and takes it away. Should this process die in between, it is sent again, under the same `Message-ID`. One delete, and
/// what its words need.
///
/// # Errors
/// The mail server is away: it comes again.
pub(crate) async fn deliver(auth: &Auth, letter: &Letter) -> Result<()> {
    if let Some(mail) = write(auth, letter).await? {
        match auth.cloud.mail().send(&mail).await {
            // there is no such mailbox, or none that wants it: nobody can help that
            Err(Error::Rejected { .. }) => tracing::warn!(letter = letter.letter_id, "a mail was refused"),
            sent => sent?,
        }
    }
    auth.commit().remove(LETTERS, &letter.letter_id).await
}

/// The mail; nothing when it is of no use any more, or to nobody.
async fn write(auth: &Auth, letter: &Letter) -> Result<Option<Mail>> {
    if auth.now() >= letter.expire_at {
        return Ok(None);
    }
    match &letter.content {
        Content::Code {
            purpose,
            code_id,
            issue,
        } => {
            let code = store::code(auth.cloud.documents(), code_id).await?;
            let Some(code) = code.filter(|code| code.issue == *issue) else {
                return Ok(None);
            };
            let Some(to) = addressee(auth, *purpose, &letter.to).await? else {
                return Ok(None);
            };
            Ok(Some(with_code(auth, letter, &code, to)))
        }
        Content::EmailChanged => Ok(Some(mail(letter, letter.to.clone(), words::email_changed()))),
    }
}

/// Who asks for a reset names an address, and is answered before anybody looks whose it is. Only a known one gets mail, at the address
/// that its owner registered.
async fn addressee(auth: &Auth, purpose: Purpose, to: &str) -> Result<Option<String>> {
    if purpose != Purpose::ResetPassword {
        return Ok(Some(to.to_owned()));
    }
    let account = store::account_of(auth.cloud.documents(), to).await?;
    Ok(account.map(|account| account.into_inner().email))
}

fn with_code(auth: &Auth, letter: &Letter, code: &Code, to: String) -> Mail {
    let digits = code.digits(&auth.code_key);
    let minutes = auth.code_rules.lifetime.as_secs().div_ceil(60);
    mail(letter, to, words::code(code.purpose, &digits, minutes))
}

fn mail(letter: &Letter, to: String, (subject, text): (String, String)) -> Mail {
    Mail {
        id: letter.letter_id.clone(),
        to,
        subject,
        text,
    }
}
