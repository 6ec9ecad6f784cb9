//! A mailbox, `/_mailbox`: it keeps what an application under test would have mailed, and shows it.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

mod page;
mod store;
#[cfg(test)]
mod tests;

use crate::core::{Core, StartError};
use crate::rest::RestError;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use tonic::Status;

/// One mail as it was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    /// The sender's own: the same one again is the same mail.
    id: String,
    from: String,
    to: String,
    subject: String,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    project: Option<String>,
    to: Option<String>,
}

/// Mails by project, in the one database.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    core: Arc<Core>,
}

impl Mailbox {
    pub(crate) fn open(core: Arc<Core>) -> Result<Self, StartError> {
        store::make(&core.db)?;
        Ok(Self { core })
    }

    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/_mailbox", get(show))
            .route("/_mailbox/", get(show))
            .route("/_mailbox/mails", get(list).post(keep))
            .with_state(self.clone())
    }

    /// Forgets the mails of a project.
    pub(crate) fn reset(&self, project: &str) -> Result<(), Status> {
        store::forget(&self.core.db, project).map_err(|error| failed(&error))
    }

    fn mails(&self, asked: &Asked) -> Result<Vec<Mail>, Status> {
        let mut mails =
            store::list(&self.core.db, asked.project.as_deref()).map_err(|error| failed(&error))?;
        if let Some(to) = &asked.to {
            mails.retain(|mail| mail.to.eq_ignore_ascii_case(to));
        }
        Ok(mails)
    }
}

/// `GET /_mailbox?project=&to=`
async fn show(State(mailbox): State<Mailbox>, Query(asked): Query<Asked>) -> Result<Response, RestError> {
    let headers = [
        (CONTENT_SECURITY_POLICY, page::POLICY),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Html(page::page(&mailbox.mails(&asked)?))).into_response())
}

/// `GET /_mailbox/mails?project=&to=`
async fn list(State(mailbox): State<Mailbox>, Query(asked): Query<Asked>) -> Result<Json<Value>, RestError> {
    Ok(Json(json!({ "mails": mailbox.mails(&asked)? })))
}

/// `POST /_mailbox/mails?project=`
async fn keep(
    State(mailbox): State<Mailbox>,
    Query(asked): Query<Asked>,
    mail: Result<Json<Mail>, JsonRejection>,
) -> Result<StatusCode, RestError> {
    let Json(mail) = mail?;
    let project = asked
        .project
        .ok_or_else(|| Status::invalid_argument("project is missing"))?;
    store::keep(&mailbox.core.db, &project, &mail).map_err(|error| failed(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

fn failed(error: &rusqlite::Error) -> Status {
    Status::internal(error.to_string())
}
