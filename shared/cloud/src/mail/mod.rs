//! Mail goes out through one port: SMTP, or the mailbox of a local Kith, which shows what would have been sent.

mod mailbox;
mod smtp;

use crate::deadline::Deadline;
use crate::{CloudConfig, Error, Result, Timeouts};
use mailbox::Mailbox;
use serde::Serialize;
use smtp::Smtp;

/// One mail in plain text to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// Derived from what it is about: a repetition is the same message to mail programs (`Message-ID`), and one mail in the mailbox.
    pub id: String,
    /// The address alone: `ann@example.com`.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Lines of any length.
    pub text: String,
}

/// The way out. Cheap to clone; connects for each mail, which are few.
#[derive(Debug, Clone)]
pub struct Mailer {
    way: Way,
    timeouts: Timeouts,
}

#[derive(Debug, Clone)]
enum Way {
    None,
    Smtp(Smtp),
    Mailbox(Mailbox),
}

impl Mailer {
    pub(crate) fn new(config: &CloudConfig) -> Result<Self> {
        let way = match config.mail_url.as_deref() {
            None => Way::None,
            Some(url) if url.starts_with("http://") => Way::Mailbox(Mailbox::new(url, &config.mail_from)?),
            Some(url) => Way::Smtp(Smtp::new(url, &config.mail_from)?),
        };
        Ok(Self {
            way,
            timeouts: config.timeouts,
        })
    }

    /// Hands one mail over, once: who sends keeps what is to be sent until this has succeeded. A lost answer may be a mail that went out.
    ///
    /// # Errors
    /// [`Error::Rejected`]: the server will never take this mail (no such address, 5xx of RFC 5321, section 4.2.1).
    /// [`Error::Unavailable`]: later may succeed, or `MAIL_URL` is not set.
    pub async fn send(&self, mail: &Mail) -> Result<()> {
        let limit = Deadline::after(self.timeouts.call).left();
        let sending = async {
            match &self.way {
                Way::None => Err(Error::unavailable("mail", "MAIL_URL is not set")),
                Way::Smtp(smtp) => smtp.send(mail, limit).await,
                Way::Mailbox(mailbox) => mailbox.send(mail).await,
            }
        };
        match tokio::time::timeout(limit, sending).await {
            Ok(outcome) => outcome,
            Err(late) => Err(Error::unavailable("mail", late)),
        }
    }
}
