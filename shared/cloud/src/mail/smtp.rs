//! SMTP (RFC 5321), by `lettre`.

use super::Mail;
use crate::{Error, Result};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// A server that takes mail for the world.
#[derive(Clone)]
pub(super) struct Smtp {
    /// Holds a password.
    url: String,
    from: Mailbox,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl Smtp {
    /// # Errors
    /// The URL is not of the form that `MAIL_URL` has, or the sender is no address.
    pub(super) fn new(url: &str, from: &str) -> Result<Self> {
        if !url.starts_with("smtp://") && !url.starts_with("smtps://") {
            return Err(Error::rejected(
                "mail",
                "MAIL_URL is neither smtp:// nor smtps://",
            ));
        }
        Ok(Self {
            url: url.to_owned(),
            from: from
                .parse()
                .map_err(|error| Error::rejected("MAIL_FROM", error))?,
        })
    }

    pub(super) async fn send(&self, mail: &Mail, limit: Duration) -> Result<()> {
        let message = self.message(mail)?;
        let transport: Transport = Transport::from_url(&self.url)
            .map_err(|error| Error::rejected("MAIL_URL", error))?
            .timeout(Some(limit))
            .build();
        transport.send(message).await.map(|_| ()).map_err(|error| {
            if error.is_permanent() {
                Error::rejected("mail", error)
            } else {
                Error::unavailable("mail", error)
            }
        })
    }

    fn message(&self, mail: &Mail) -> Result<Message> {
        let refused = |error| Error::rejected("mail", error);
        let to = mail.to.parse().map_err(|error| Error::rejected("mail", error))?;
        let id = format!("<{}@{}>", mail.id, self.from.email.domain());
        let part = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone());
        // nobody's out-of-office answers it: RFC 3834, section 5
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .message_id(Some(id))
            .date_now()
            .raw_header(automatic)
            .singlepart(part)
            .map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str) -> Mail {
        Mail {
            id: "7".to_owned(),
            to: to.to_owned(),
            subject: "Grüße\r\nBcc: eve@example.com".to_owned(),
            text: "123456".to_owned(),
        }
    }

    #[test]
    fn a_message_is_to_one_person_with_its_own_id() {
        let smtp = Smtp::new("smtp://127.0.0.1:25", "Kith <no-reply@kith.example>").unwrap();
        let message = smtp.message(&mail("ann@example.com")).unwrap();
        let envelope = message.envelope();
        assert_eq!(
            envelope.from().map(ToString::to_string).as_deref(),
            Some("no-reply@kith.example")
        );
        assert_eq!(envelope.to().len(), 1);
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(text.contains("Message-ID: <7@kith.example>\r\n"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
        assert!(!text.contains("\nBcc:"), "a subject cannot add headers: {text}");
        assert!(smtp.message(&mail("nobody")).is_err());
    }

    #[test]
    fn what_is_no_server_is_refused_at_the_start() {
        assert!(Smtp::new("ftp://x", "a@b.example").is_err());
        assert!(Smtp::new("smtp://x", "nobody").is_err());
    }
}
