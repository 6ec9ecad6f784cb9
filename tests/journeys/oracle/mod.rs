//! Our emulator beside Google's own: the same random histories played on both, answer by answer.
//!
//! They run only when told where Google's emulators are (`scripts/conformance` starts them where they are installed); else they say that they did not.

mod chance;
mod firestore;
mod pubsub;

use runtime::Environment;

/// Where an emulator of Google's is, if `variable` says so; says so if not.
fn google(variable: &str) -> Option<String> {
    let address = text(variable);
    if address.is_none() {
        println!("{variable} is not set: nothing was compared with Google's emulator");
    }
    address
}

/// What a variable says, unless it is empty.
fn text(variable: &str) -> Option<String> {
    let text = Environment::from_process().reader().or(variable, String::new());
    Some(text).filter(|text| !text.is_empty())
}

/// A number that a variable gives, or else `usual`.
fn number(variable: &str, usual: u64) -> u64 {
    Environment::from_process().reader().or(variable, usual)
}
