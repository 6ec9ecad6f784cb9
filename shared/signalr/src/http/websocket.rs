//! `GET /{hub}` with an upgrade, and what is not served beside it.

use super::{refuse::Refuse, request::HubRequest, session};
use crate::{ConnectionId, Server, server::Admission};
use axum::{
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    response::Response,
};

/// The library's defaults (128 KiB) are held per connection and zeroed at each read.
const BUFFER: usize = 4096;

/// Opens a connection; every refusal comes before the 101.
pub(super) async fn open(
    State(server): State<Server>,
    request: HubRequest,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refuse> {
    let named = request.named(&server);
    let Ok(upgrade) = upgrade else {
        return Err(other(named.map(|named| named.is_some()), Refuse::NoSuchTransport));
    };
    let (id, expires) = match named? {
        Some(named) => (named.id, Some(named.expires)),
        None => (ConnectionId::random().map_err(|_| Refuse::Broken)?, None),
    };
    let HubRequest { hub, identity, .. } = request;
    let admitted = server
        .0
        .registry
        .admit(id, hub.name(), identity, expires)
        .map_err(Refuse::Admission)?;
    let limits = &server.0.limits;
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(limits.websocket_message_bytes)
        .max_frame_size(limits.websocket_message_bytes);
    let parts = server.0.clone();
    Ok(upgrade.on_upgrade(move |socket| session::run(socket, parts, hub, admitted)))
}

/// `POST /{hub}` carries bytes for other transports.
pub(super) async fn other_post(State(server): State<Server>, request: HubRequest) -> Refuse {
    refuse_other(&server, &request, Refuse::WrongMethod)
}

/// `DELETE /{hub}` ends a long poll.
pub(super) async fn other_delete(State(server): State<Server>, request: HubRequest) -> Refuse {
    refuse_other(&server, &request, Refuse::WrongDelete)
}

fn refuse_other(server: &Server, request: &HubRequest, live: Refuse) -> Refuse {
    match request.named(server) {
        Ok(Some(named)) if server.0.registry.is_live(&named.id) => live,
        Ok(Some(_)) => Refuse::Admission(Admission::Over),
        Ok(None) => Refuse::NoId,
        Err(refuse) => refuse,
    }
}

fn other(named: Result<bool, Refuse>, refuse: Refuse) -> Refuse {
    match named {
        Ok(true) => refuse,
        Ok(false) => Refuse::NoId,
        Err(refuse) => refuse,
    }
}
