//! What all requests of a hub have in common: which hub, and who asks.

use super::{query::parameter, refuse::Refuse};
use crate::{
    Server,
    hub::{AnyHub, Credentials, Identity},
    negotiate::{Binding, ConnectionId},
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, header, request::Parts},
};
use std::{sync::Arc, time::SystemTime};

/// An authorised request to a hub that is there.
pub(super) struct HubRequest {
    pub(super) hub: Arc<dyn AnyHub>,
    pub(super) identity: Identity,
    pub(super) query: Option<String>,
}

/// The name that a connection token opens, and until when.
pub(super) struct Named {
    pub(super) id: ConnectionId,
    pub(super) expires: SystemTime,
}

impl HubRequest {
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        parameter(self.query.as_deref(), name)
    }

    /// For whom connection tokens are good.
    pub(super) fn binding(&self) -> Binding<'_> {
        Binding {
            hub: self.hub.name(),
            session: self.identity.session_id.as_deref(),
        }
    }

    /// The connection that `id` names; `None` when there is no `id`.
    pub(super) fn named(&self, server: &Server) -> Result<Option<Named>, Refuse> {
        let Some(token) = self.parameter("id") else {
            return Ok(None);
        };
        let opened = server
            .0
            .signer
            .open(&token, self.binding())
            .ok_or(Refuse::UnknownId)?;
        Ok(Some(Named {
            id: opened.connection_id,
            expires: opened.expires,
        }))
    }
}

impl FromRequestParts<Server> for HubRequest {
    type Rejection = Refuse;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Refuse> {
        let path = RawPathParams::from_request_parts(parts, server)
            .await
            .map_err(|_| Refuse::NoSuchHub)?;
        let name = path
            .iter()
            .find(|(key, _)| *key == "hub")
            .map(|(_, name)| name.to_lowercase());
        let hub = name
            .and_then(|name| server.0.hubs.get(&name))
            .ok_or(Refuse::NoSuchHub)?;
        let query = parts.uri.query().map(str::to_owned);
        let token = bearer(&parts.headers).or_else(|| parameter(query.as_deref(), "access_token"));
        let credentials = Credentials {
            hub: Arc::clone(hub.name()),
            token,
            names_connection: parameter(query.as_deref(), "id").is_some() && !negotiates(parts.uri.path()),
        };
        let identity = server
            .0
            .authorizer
            .authorize(credentials)
            .await
            .map_err(Refuse::Refusal)?;
        Ok(Self {
            hub: Arc::clone(hub),
            identity,
            query,
        })
    }
}

/// Negotiating makes a connection, whatever the query says.
fn negotiates(path: &str) -> bool {
    path.trim_end_matches('/').ends_with("/negotiate")
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}
