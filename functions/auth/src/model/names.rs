//! E-mail addresses and usernames.

use contracts::Check;
use email_address::{EmailAddress, Options};

/// The longest address that mail servers take: RFC 5321, section 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL: usize = 254;

/// Names that would look like the house's own, or stand in a path.
const RESERVED: [&str; 26] = [
    "about",
    "abuse",
    "account",
    "admin",
    "administrator",
    "anonymous",
    "api",
    "auth",
    "billing",
    "contact",
    "help",
    "kith",
    "login",
    "logout",
    "me",
    "moderator",
    "null",
    "official",
    "postmaster",
    "register",
    "root",
    "security",
    "settings",
    "support",
    "system",
    "undefined",
];

/// An address in the form in which two are the same.
pub(crate) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The id of the claim on an address: a hash, because addresses hold what document names must not, and nobody should read them there.
pub(crate) fn email_key(email: &str) -> String {
    cloud::hash::key(&[b"email", fold(email).as_bytes()])
}

/// An e-mail address as it may be registered.
pub(crate) fn check_email(check: &mut Check, email: &str) -> String {
    let email = check.text("/email", email, 1..=LONGEST_EMAIL);
    let options = Options::default()
        .without_display_text()
        .without_domain_literal()
        .with_required_tld();
    let good = email.is_empty() || EmailAddress::parse_with_options(&email, options).is_ok();
    check.rule(
        good,
        "/email",
        "invalid_email",
        "an address such as ann@example.com",
    );
    email
}

/// A username as it may be registered, in lower case: names that differ in case only are one.
pub(crate) fn check_username(check: &mut Check, username: &str) -> String {
    let username = fold(&check.text("/username", username, 3..=30));
    let letters = username
        .chars()
        .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '.'));
    check.rule(
        letters,
        "/username",
        "invalid_characters",
        "only letters a-z, digits, `_` and `.`",
    );
    let begins = username.starts_with(|c: char| c.is_ascii_lowercase());
    check.rule(
        begins || username.is_empty(),
        "/username",
        "must_start_with_letter",
        "starts with a letter",
    );
    check.rule(
        !RESERVED.contains(&username.as_str()),
        "/username",
        "reserved",
        "this name is reserved",
    );
    username
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn good(name: &str) -> bool {
        let mut check = Check::new();
        check_username(&mut check, name);
        check.done().is_ok()
    }

    #[test]
    fn usernames() {
        for name in ["ann", "Ann", "a.b_c9", " ann ", &"a".repeat(30)] {
            assert!(good(name), "{name}");
        }
        for name in [
            "",
            "an",
            "9ann",
            ".ann",
            "ann!",
            "änn",
            "ann b",
            "Admin",
            "me",
            &"a".repeat(31),
        ] {
            assert!(!good(name), "{name}");
        }
    }

    #[test]
    fn emails() {
        let good = |email: &str| {
            let mut check = Check::new();
            check_email(&mut check, email);
            check.done().is_ok()
        };
        for email in ["ann@example.com", "a.b+c@sub.example.org"] {
            assert!(good(email), "{email}");
        }
        for email in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@example",
            "Ann <ann@example.com>",
            "a b@example.com",
        ] {
            assert!(!good(email), "{email}");
        }
    }

    proptest! {
        #[test]
        fn case_does_not_make_another_address(name in "[a-zA-Z]{1,10}@[a-z]{1,10}\\.com") {
            prop_assert_eq!(email_key(&name), email_key(&name.to_uppercase()));
        }
    }
}
