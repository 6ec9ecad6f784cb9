//! The mailbox of a local Kith: one request a mail, to the address that shows them.

use super::Mail;
use crate::{Error, Result};
use serde::Serialize;

/// Where mails are shown instead of sent.
#[derive(Debug, Clone)]
pub(super) struct Mailbox {
    url: String,
    from: String,
    http: reqwest::Client,
}

#[derive(Serialize)]
struct Shown<'a> {
    from: &'a str,
    #[serde(flatten)]
    mail: &'a Mail,
}

impl Mailbox {
    pub(super) fn new(url: &str, from: &str) -> Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(|error| Error::rejected("the mailbox", error))?;
        Ok(Self {
            url: url.to_owned(),
            from: from.to_owned(),
            http,
        })
    }

    pub(super) async fn send(&self, mail: &Mail) -> Result<()> {
        let from = &self.from;
        let request = self.http.post(&self.url).json(&Shown { from, mail });
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer
            .map(|_| ())
            .map_err(|error| Error::unavailable("the mailbox", error))
    }
}
