//! Tokens: those of people and those of Google's services.

mod access;
mod identity;
mod jwks;
mod oidc;
#[cfg(test)]
mod testing;
mod ticket;

pub use access::{AccessVerifier, Claims};
pub use identity::{IdTokenVerifier, Identity, Issuer};
pub use jwks::Jwks;
pub use oidc::OidcVerifier;
pub use ticket::{TICKET_LIFETIME, Ticket, Tickets};
