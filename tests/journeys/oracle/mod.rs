//! Our emulator beside Google's own: the same random histories played on both, answer by answer.
//!
//! They run only when told where Google's emulators are (`scripts/conformance` starts them where they are installed); else they say that they did not.

mod chance;
mod firestore;

/// Where an emulator of Google's is, if `variable` says so; says so if not.
fn google(variable: &str) -> Option<String> {
    let address = std::env::var(variable).ok().filter(|address| !address.is_empty());
    if address.is_none() {
        println!("{variable} is not set: nothing was compared with Google's emulator");
    }
    address
}

/// A number that a variable gives, or else `usual`.
fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .map_or(usual, |text| text.parse().expect("a number"))
}
