//! The page at `/_mailbox`: mails as text, newest first. Nothing in them can run or be fetched.

use super::Mail;
use std::fmt::Write as _;

/// What of a mail comes from strangers is shown as text.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Mailbox</title>\n<style>\n\
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }\n\
    article { border-top: 1px solid #8884; padding: 1rem 0 }\n\
    h2 { font-size: 1rem; margin: 0 }\n\
    small { opacity: .7 }\n\
    pre { white-space: pre-wrap; font: inherit; margin: .5rem 0 0 }\n\
    </style>\n<h1>Mailbox</h1>\n<p>What would have been sent, newest first. Load the page again for more.</p>\n";

/// The whole document.
pub(super) fn page(mails: &[Mail]) -> String {
    let mut page = HEAD.to_owned();
    if mails.is_empty() {
        page.push_str("<p>Nothing yet.</p>\n");
    }
    for mail in mails {
        let Mail {
            from,
            to,
            subject,
            text,
            ..
        } = mail;
        // writing to a text cannot fail
        let _ = writeln!(
            page,
            "<article><h2>{}</h2>\n<small>to {} from {}</small>\n<pre>{}</pre></article>",
            shown(subject),
            shown(to),
            shown(from),
            shown(text)
        );
    }
    page
}

/// Text as HTML shows it.
fn shown(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
