//! `POST /hubs/{hub}/negotiate`, where clients reach the hubs through a gateway that has no WebSockets.

use crate::state::Auth;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;
use contracts::hub::Hub;
use contracts::{Refusal, Timestamp};
use runtime::token::Tickets;
use runtime::{Caller, Json, Path, Result};
use serde::Serialize;

/// Where the hubs are, and what opens them there.
#[derive(Debug, Clone)]
pub(crate) struct Redirect {
    /// `REALTIME_URL`, without a slash at its end.
    pub(crate) realtime_url: String,
    pub(crate) tickets: Tickets,
}

/// The answer of a negotiation that sends the client on (ASP.NET Core SignalR, transport protocols). Clients follow it by themselves.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Negotiated {
    /// The hub's address there.
    url: String,
    /// The ticket, which the client uses there in place of its own token.
    access_token: String,
}

/// Nothing unless `REALTIME_URL` is set: `realtime` answers these addresses itself where it can be reached.
pub(crate) fn routes(auth: &Auth) -> Router {
    match &auth.redirect {
        Some(redirect) => Router::new()
            .route("/hubs/{hub}/negotiate", post(negotiate))
            .route("/hubs/{hub}/negotiate/", post(negotiate))
            .with_state((redirect.clone(), auth.clone())),
        None => Router::new(),
    }
}

async fn negotiate(
    caller: Caller,
    Path(hub): Path<String>,
    State((redirect, auth)): State<(Redirect, Auth)>,
) -> Result<impl IntoResponse> {
    let hub = Hub::named(&hub).ok_or(Refusal::NotFound)?;
    let negotiated = redirect
        .answer(hub, &caller, auth.now())
        .map_err(runtime::Error::failed)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(negotiated)))
}

impl Redirect {
    fn answer(&self, hub: Hub, caller: &Caller, now: Timestamp) -> serde_json::Result<Negotiated> {
        Ok(Negotiated {
            url: format!("{}/hubs/{hub}", self.realtime_url),
            access_token: self.tickets.issue(hub, caller, now)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{SessionId, UserId};
    use serde_json::json;

    #[test]
    fn clients_are_sent_to_the_hub_with_a_ticket_to_it() {
        let redirect = Redirect {
            realtime_url: "https://live.example".to_owned(),
            tickets: Tickets::new("a key of at least thirty-two characters").unwrap(),
        };
        let caller = Caller {
            user_id: UserId::random(),
            session_id: SessionId::random(),
            username: "ann".to_owned(),
            roles: Vec::new(),
            token_expires: Timestamp::EPOCH,
        };
        let answer = redirect.answer(Hub::Video, &caller, Timestamp::EPOCH).unwrap();
        let ticket = redirect.tickets.open(&answer.access_token).unwrap();
        assert_eq!((ticket.hub, ticket.session_id), (Hub::Video, caller.session_id));
        let json = serde_json::to_value(&answer).unwrap();
        assert_eq!(
            json,
            json!({ "url": "https://live.example/hubs/video", "accessToken": answer.access_token })
        );
    }
}
