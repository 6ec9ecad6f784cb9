//! Jobs
use crate::core::{Core, StartError};
use axum::Router;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Jobs {
    core: Arc<Core>,
}

impl Jobs {
    pub(crate) fn open(core: Arc<Core>, _images: std::collections::BTreeMap<String, Program>) -> Result<Self, StartError> {
        Ok(Self { core })
    }
    pub(crate) fn router(&self) -> Router {
        Router::new()
    }
}

/// A program that stands for a container image.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable.
    pub path: std::path::PathBuf,
    /// Arguments that come before those of the container.
    pub args: Vec<String>,
    /// Variables added to those of the container.
    pub env: std::collections::BTreeMap<String, String>,
}
