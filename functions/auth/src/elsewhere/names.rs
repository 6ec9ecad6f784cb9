//! Usernames for people who come without one.

use crate::model::check_username;
use contracts::Check;

/// The longest name that a number is put behind: 30 in all.
const LONGEST: usize = 20;

/// A username made of what is known of somebody, the `attempt`th: the first plain, later ones with digits of `random` behind it. It keeps the rules of
/// usernames.
pub(super) fn derived(email: Option<&str>, name: Option<&str>, attempt: u32, random: u32) -> String {
    let local = email.and_then(|email| email.split('@').next());
    let plain = local.and_then(allowed).or_else(|| name.and_then(allowed));
    match plain {
        Some(plain) if attempt == 0 && is_good(&plain) => plain,
        Some(plain) => format!("{plain}{:06}", random % 1_000_000),
        None => format!("user{:06}", random % 1_000_000),
    }
}

/// What of `text` may stand in a username, when it is enough.
fn allowed(text: &str) -> Option<String> {
    let kept: String = text
        .to_lowercase()
        .chars()
        .filter(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '.'))
        .skip_while(|c| !c.is_ascii_lowercase())
        .take(LONGEST)
        .collect();
    (kept.len() >= 3).then_some(kept)
}

fn is_good(name: &str) -> bool {
    let mut check = Check::new();
    check_username(&mut check, name);
    check.done().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn from_the_address_then_from_the_name() {
        let table = [
            (Some("Ann.Lee+x@example.com"), None, 0, "ann.leex"),
            (Some("ann@example.com"), None, 1, "ann000007"),
            (Some("1@example.com"), Some("Bo Li"), 0, "boli"),
            (Some("admin@example.com"), None, 0, "admin000007"),
            (Some("李@example.com"), Some("李"), 0, "user000007"),
            (None, None, 0, "user000007"),
        ];
        for (email, name, attempt, expected) in table {
            assert_eq!(derived(email, name, attempt, 7), expected, "{email:?} {name:?}");
        }
    }

    proptest! {
        #[test]
        fn it_keeps_the_rules(email in prop::option::of("\\PC{0,40}"), name in prop::option::of("\\PC{0,40}"), attempt in 0_u32..3, random: u32) {
            let made = derived(email.as_deref(), name.as_deref(), attempt, random);
            prop_assert!(is_good(&made), "{}", made);
        }
    }
}
