//! Where Google's emulator answers otherwise than its documentation says: `docs/emulator-differences.md` names the pages.

use super::step::{At, Step};

/// An answer, or a code with its words.
type Said = (String, String);

/// Whether exactly such a difference explains two answers to a step.
pub(super) fn forgiven(step: &Step, ours: &Said, googles: &Said) -> bool {
    let (answer, other) = (ours.0.as_str(), googles.0.as_str());
    match step {
        _ if LIMITS.contains(&ours.1.as_str()) => true,
        Step::Query {
            at: At::Transaction(_),
            ..
        }
        | Step::List {
            at: At::Transaction(_),
            ..
        } if googles.1 == "Invalid transaction." => answer == "FailedPrecondition",
        Step::Query { query, .. } => miscounted(query.offset, answer, other),
        Step::List {
            missing: true, mask, ..
        } => listed(answer, mask.is_some()) == listed(other, mask.is_some()),
        _ => false,
    }
}

/// What Google's lets through.
const LIMITS: [&str; 2] = [
    "Resource id is longer than 1500 bytes.",
    "Collections are nested deeper than 100.",
];

/// Google's says otherwise how many results an offset skipped: none, or as many again.
fn miscounted(offset: i32, ours: &str, googles: &str) -> bool {
    let rest = ours.strip_prefix(&format!("skipped {offset}\n"));
    let others = googles.split_once('\n');
    rest.is_some()
        && others.is_some_and(|(skipped, other)| skipped.starts_with("skipped ") && rest == Some(other))
}

/// The documents of a list with missing ones: Google's does not apply a mask (`bare`), and tells when missing ones were deleted.
fn listed(documents: &str, bare: bool) -> Vec<[&str; 3]> {
    let one = |line| {
        let (name, rest): (&str, &str) = str::split_once(line, " {").unwrap_or((line, ""));
        let (fields, times) = rest.rsplit_once("} (").unwrap_or((rest, ""));
        let fields = if bare { "" } else { fields };
        let times = if times.starts_with("-..") { "" } else { times };
        [name, fields, times]
    };
    documents.lines().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{listed, miscounted};

    #[test]
    fn nothing_else_is_forgiven() {
        assert!(miscounted(2, "skipped 2\na", "skipped 0\na"));
        assert!(!miscounted(2, "skipped 1\na", "skipped 0\na"));
        assert!(!miscounted(2, "skipped 2\na", "skipped 0\nb"));
        assert!(!miscounted(0, "a", "b"));
        let one = "a/1 {\"x\": {\"y\": 1}} (t1..t2)";
        assert_eq!(listed(one, true), listed("a/1 {} (t1..t2)", true));
        assert_ne!(listed(one, false), listed("a/1 {} (t1..t2)", false));
        assert_ne!(listed(one, true), listed("a/1 {} (t1..t3)", true));
        assert_ne!(listed(one, true), listed("a/2 {} (t1..t2)", true));
        assert_eq!(listed("a/1 {} (-..t3)", false), listed("a/1 {} (-..-)", false));
    }
}
