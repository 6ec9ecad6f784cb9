//! Which passwords are refused: short ones, long ones, common ones, and those that name their owner. No rules of composition.

use super::names::fold;
use contracts::Check;
use zxcvbn::matching::patterns::MatchPattern;

/// Checks a new password, at `pointer`, of somebody with that e-mail address and username.
pub(crate) fn check(check: &mut Check, pointer: &str, password: &str, email: &str, username: &str) {
    let length = password.chars().count();
    check.rule(length >= 8, pointer, "too_short", "at least 8 characters");
    check.rule(length <= 128, pointer, "too_long", "at most 128 characters");
    if (8..=128).contains(&length) {
        check.rule(
            !is_common(password),
            pointer,
            "common_password",
            "this is among the most common passwords",
        );
    }
    let folded = fold(password);
    let local = fold(email).split('@').next().unwrap_or_default().to_owned();
    let names_owner = |part: &str| part.chars().count() >= 3 && folded.contains(part);
    let telling = names_owner(&fold(username)) || names_owner(&fold(email)) || names_owner(&local);
    check.rule(
        !telling,
        pointer,
        "contains_name",
        "must not contain the username or e-mail address",
    );
}

/// The password as a whole is one entry of zxcvbn's lists (common passwords, words, names), in whatever case or spelling, or one character
/// or row of keys repeated.
fn is_common(password: &str) -> bool {
    let entropy = zxcvbn::zxcvbn(password, &[]);
    let [only] = entropy.sequence() else { return false };
    matches!(
        only.pattern,
        MatchPattern::Dictionary(_) | MatchPattern::Repeat(_) | MatchPattern::Sequence(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::Refusal;

    /// 128 characters.
    const LONG: &str = "u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8dKLzdocJ2isAjIhKtJ0RlgLKOmxgJ\
        TeKdNnFRIBXuDL7DxtpYlSXpfKtHF4vUCsMehGAkWvj7FAc9QeWJKY40uvSwMFLZ";

    fn codes(password: &str) -> Vec<String> {
        let mut collected = Check::new();
        check(
            &mut collected,
            "/password",
            password,
            "annabel@example.com",
            "ann.lee",
        );
        match collected.done() {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|e| e.code.into_owned()).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn what_is_refused_and_what_is_not() {
        for good in ["correct horse battery", "zx9!kkqpw", "ünïcödé-ist-gut", LONG] {
            assert!(codes(good).is_empty(), "{good}: {:?}", codes(good));
        }
        assert_eq!(codes("short"), ["too_short"]);
        assert_eq!(codes(&format!("{LONG}x")), ["too_long"]);
        for common in ["password1", "12345678", "qwertyuiop", "PASSWORD1", "aaaaaaaa"] {
            assert!(codes(common).contains(&"common_password".to_owned()), "{common}");
        }
        assert_eq!(codes("xx-Ann.Lee-77"), ["contains_name"]);
        assert_eq!(codes("my-annabel-horse"), ["contains_name"]);
    }
}
