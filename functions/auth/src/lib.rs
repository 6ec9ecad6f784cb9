//! Accounts, tokens, sessions.

mod archive;
mod changing;
mod codes;
mod confirming;
mod elsewhere;
mod ending;
mod events;
mod guessing;
mod holder;
mod leaving;
mod letters;
mod model;
mod routes;
mod second_factor;
mod secrets;
mod signing_in;
mod state;
mod store;
mod sweep;
mod throttle;

use runtime::{Bucket, EXPORTS, Every, Function, Need};
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
            Need::Bucket(Bucket {
                name: EXPORTS.to_owned(),
                public: false,
                notifies: None,
            }),
        ])
        .routes(routes::all())
        .holds_people()
        .on(events::account_erased::handle)
        .on(events::export_part::handle)
        .on(events::mail_due::handle)
        .on(events::sessions_ended::handle)
        .every(Every::minutes(1), "letters", letters::sweep::run)
        .every(Every::minutes(5), "accounts", sweep::run)
        .serving(routes::negotiation)
        .build()
}

pub use secrets::new_signing_key;
