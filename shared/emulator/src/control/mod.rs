//! The control surface.
use crate::core::Emulator;
use axum::Router;

pub(crate) fn router(_emulator: Emulator) -> Router {
    Router::new()
}
