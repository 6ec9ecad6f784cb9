//! The server as axum routes.

mod negotiate;
mod query;
mod refuse;
mod request;
mod session;
#[cfg(test)]
mod tests;
mod websocket;

use crate::Server;
use axum::{
    Router,
    routing::{MethodRouter, get, post},
};

impl Server {
    /// `/{hub}` and `/{hub}/negotiate`, each with and without a slash at the end; to be nested where the hubs are
    /// to be, for example under `/hubs`.
    ///
    /// A browser's page of any origin may open a WebSocket (the token decides); put a layer around the routes to
    /// allow only some, and one for CORS. Layers that buffer or time requests out do not harm WebSockets.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let hub = || -> MethodRouter<Self> {
            get(websocket::open)
                .post(websocket::other_post)
                .delete(websocket::other_delete)
        };
        let negotiate = || -> MethodRouter<Self> { post(negotiate::negotiate) };
        Router::new()
            .route("/{hub}", hub())
            .route("/{hub}/", hub())
            .route("/{hub}/negotiate", negotiate())
            .route("/{hub}/negotiate/", negotiate())
            .with_state(self.clone())
    }
}
