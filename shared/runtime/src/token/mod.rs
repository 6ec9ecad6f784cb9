//! Tokens: those of people and those of Google's services.

mod access;
mod jwks;
mod oidc;

pub use access::{AccessVerifier, Claims};
pub use jwks::Jwks;
pub use oidc::OidcVerifier;
