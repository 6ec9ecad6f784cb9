//! Accounts, tokens, sessions.

mod changing;
mod codes;
mod events;
mod letters;
mod model;
mod routes;
mod second_factor;
mod secrets;
mod signing_in;
mod state;
mod store;
mod throttle;

use runtime::{Every, Function, Need};
use state::Auth;

/// The function `auth`.
pub fn function() -> Function {
    Function::new("auth", Auth::new)
        .needs([
            Need::Documents,
            Need::Cache,
            Need::Backplane,
            Need::Secret("SIGNING_KEYS".to_owned()),
            Need::Secret("REFRESH_KEY".to_owned()),
            Need::Secret("TICKET_KEY".to_owned()),
            Need::Secret("MAIL_URL".to_owned()),
        ])
        .routes(routes::all())
        .on(events::mail_due::handle)
        .every(Every::minutes(1), "letters", letters::sweep::run)
        .serving(routes::negotiation)
        .build()
}

pub use secrets::new_signing_key;
