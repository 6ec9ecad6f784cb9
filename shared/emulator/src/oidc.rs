//! Tokens of Google's kind, signed with the emulator's own key.
use crate::core::StartError;
use axum::Router;
use std::path::Path;

#[derive(Debug)]
pub(crate) struct Issuer {}

impl Issuer {
    pub(crate) fn open(_data: &Path) -> Result<Self, StartError> {
        Ok(Self {})
    }
    pub(crate) fn router(&self) -> Router {
        Router::new()
    }
}
