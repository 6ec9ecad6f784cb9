//! Names of collections and documents.

use crate::oracle::chance::Chance;

pub(super) const COLLECTIONS: [&str; 4] = ["a", "b", "a/1/a", "b/2/c"];
const IDS: [&str; 8] = ["1", "2", "3", "4", "10", "__id7__", "__id10__", "ä"];
const ODD: [&str; 14] = [
    "a",
    "a/",
    "a//b",
    "a/.",
    "a/..",
    "a/__x__",
    "__x__/1",
    "a/__id07__",
    "a/1/a",
    "a/ ",
    "a/x.y",
    "a/`",
    "a/__id9223372036854775808__",
    "",
];

/// A document's path; rarely an impossible one.
pub(super) fn path(chance: &mut Chance) -> String {
    if chance.one_in(60) {
        return odd(chance);
    }
    format!("{}/{}", chance.of_these(&COLLECTIONS), chance.of_these(&IDS))
}

fn odd(chance: &mut Chance) -> String {
    match chance.below(ODD.len() + 2) {
        0 => format!("a/{}", "i".repeat(chance.of_these(&[1500, 1501]))),
        1 => vec!["d/1"; 100].join("/"),
        other => ODD[other - 2].to_owned(),
    }
}

/// A parent of collections, as a path: empty for the root.
pub(super) fn parent(chance: &mut Chance) -> &'static str {
    chance.of_these(&["", "", "", "a/1", "b/2", "b/1"])
}

/// The id of a document that is created.
pub(super) fn id(chance: &mut Chance) -> String {
    if chance.one_in(12) {
        return chance.of_these(&["a/b", ".", "__x__", "x/"]).to_owned();
    }
    chance.of_these(&IDS).to_owned()
}
