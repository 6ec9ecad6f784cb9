//! Configuration: read once, typed, from the environment.

mod cloud;
mod environment;
mod secret;
mod settings;

pub use environment::{Environment, Reader, WrongVariables};
pub use secret::Secret;
pub use settings::{OidcMode, Settings};
