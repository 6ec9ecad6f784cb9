//! What stands before separate processes: sends each request to the function that answers its path, WebSockets too. In the cloud the API
//! Gateway and the load balancer do this.

mod forward;
mod table;

pub use table::Table;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Routes by `table`, which may change while it runs.
pub fn router(table: Table) -> Router {
    Router::new().fallback(route).with_state(table)
}

async fn route(State(table): State<Table>, request: Request) -> Response {
    let Some(address) = table.address(request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // a function that is not there is what the cloud calls 503 too
    forward::forward(address, request)
        .await
        .unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}
