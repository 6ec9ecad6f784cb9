//! `POST /{hub}/negotiate`.

use super::{refuse::Refuse, request::HubRequest};
use crate::{
    Server,
    negotiate::{Answer, Version, requested_version},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

pub(super) async fn negotiate(State(server): State<Server>, request: HubRequest) -> Result<Response, Refuse> {
    let answer = match requested_version(request.parameter("negotiateVersion").as_deref()) {
        Ok(version) => connect(&server, &request, version)?,
        Err(text) => Answer::Error(text),
    };
    Ok(answer.into_response())
}

fn connect(server: &Server, request: &HubRequest, version: Version) -> Result<Answer, Refuse> {
    let (now, window) = ((server.0.clock)(), server.0.limits.negotiate_window);
    let issued = server.0.signer.issue(version, request.binding(), now, window);
    let issued = issued.map_err(|_| Refuse::Broken)?;
    Ok(Answer::Connect {
        connection_id: issued.connection_id,
        connection_token: (version == Version::One).then_some(issued.token),
    })
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        (headers, self.to_json().to_string()).into_response()
    }
}
