//! Our emulator beside Google's own: the same random histories played on both, answer by answer.
//!
//! They run only when told where Google's emulators are (`scripts/conformance` starts them where they are installed); else they say that they did not.

pub(crate) mod chance;
mod firestore;
mod pubsub;

use runtime::Environment;

/// Where both sides are.
struct Sides {
    ours: String,
    googles: String,
}

/// The first step that both sides answer differently, and their answers with their words.
struct Difference {
    at: usize,
    ours: (String, String),
    googles: (String, String),
}

/// Plays the histories that the variables name; `compare` tells of the first difference in that of a seed, of so many steps.
async fn play_all(compare: impl AsyncFn(u64, usize) -> Option<String>) {
    let (first, histories) = (number("ORACLE_SEED", 1), number("ORACLE_HISTORIES", 20));
    let length = usize::try_from(number("ORACLE_STEPS", 60)).unwrap();
    println!("ORACLE_SEED={first} ORACLE_HISTORIES={histories} ORACLE_STEPS={length}");
    let mut differences = Vec::new();
    for seed in first..first + histories {
        differences.extend(compare(seed, length).await);
    }
    let (count, told) = (differences.len(), differences.join("\n"));
    assert!(differences.is_empty(), "{count} differences\n\n{told}");
}

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
