//! Mentions: `@ann`.
//!
//! A mention is what a username is made of after `@` or `＠`: a letter a to z, then letters, digits, `_` and `.`, 3 to 30 in all, in any case. Dots at its end
//! end the sentence. It begins where a word may begin (not in `ann@example.com`, not in a link or path) and must end there too (`@annö`,
//! `@ann@example.com` name somebody else).

use crate::prose::{is_of_word, scan};

/// The most people that one text mentions.
pub const MOST: usize = 20;
/// The shortest username.
const SHORTEST: usize = 3;
/// The longest username.
const LONGEST: usize = 30;

/// The usernames in `text` in lower case, each once, in the order in which they first come. Whether there is somebody of that name is another question.
///
/// ```
/// assert_eq!(contracts::mentions::find("With @Ann and @bob.b. Write to me@example.com"), ["ann", "bob.b"]);
/// ```
pub fn find(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    each(text, |_, name| {
        let lower = name.to_ascii_lowercase();
        if !names.contains(&lower) {
            names.push(lower);
        }
    });
    names
}

/// `text` without the username `name`, in any case: each mention of it says `@…`, and all else stays as it is.
///
/// ```
/// assert_eq!(contracts::mentions::without("With @Ann (ann@example.com) and @bob", "ann"), "With @… (ann@example.com) and @bob");
/// ```
pub fn without(text: &str, name: &str) -> String {
    let (mut rest, mut from) = (String::with_capacity(text.len()), 0);
    each(text, |at, found| {
        if found.eq_ignore_ascii_case(name) {
            rest.push_str(text.get(from..at).unwrap_or_default());
            rest.push('…');
            from = at + found.len();
        }
    });
    rest.push_str(text.get(from..).unwrap_or_default());
    rest
}

/// Hands over where each mentioned username begins, in bytes, and the username as it is written.
fn each<'a>(text: &'a str, mut found: impl FnMut(usize, &'a str)) {
    scan(text, ['@', '＠'], |before, after| {
        if before.is_some_and(|c| is_of_word(c) || matches!(c, '@' | '＠' | '/' | '#' | '&' | '$')) {
            return None;
        }
        let name = leading(after)?;
        found(text.len() - after.len(), name);
        Some(name.len())
    });
}

/// The username that `text` begins with.
fn leading(text: &str) -> Option<&str> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let (name, rest) = text.split_at(text.find(|c| !of_name(c)).unwrap_or(text.len()));
    let ends = !rest.starts_with(|c: char| is_of_word(c) || matches!(c, '@' | '＠'));
    let name = name.trim_end_matches('.');
    let good =
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && (SHORTEST..=LONGEST).contains(&name.len());
    (good && ends).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn who_is_mentioned_and_who_is_not() {
        let long = "a".repeat(LONGEST);
        let too_long = "a".repeat(LONGEST + 1);
        let cases: [(&str, &[&str]); 18] = [
            ("@ann", &["ann"]),
            ("Hi @Ann, @ANN and (@bob_9)!", &["ann", "bob_9"]),
            ("see @ann.b. And @cat...", &["ann.b", "cat"]),
            ("＠ann さん", &["ann"]),
            ("@ann's 'tis @bob-cat", &["ann", "bob"]),
            ("日本@ann", &[]),
            ("me@example.com a.b@example.com", &[]),
            ("@ann@example.com", &[]),
            ("@@ann", &[]),
            ("@annö @ann日", &[]),
            ("@9ann @_ann @.ann", &[]),
            ("@an @", &[]),
            ("@ ann", &[]),
            ("https://x.y/@ann x.y/@ann", &[]),
            ("#@ann", &[]),
            ("🚀@ann", &["ann"]),
            (&format!("@{long}"), &[&long]),
            (&format!("@{too_long}"), &[]),
        ];
        for (text, names) in cases {
            assert_eq!(find(text), names, "{text}");
        }
    }

    proptest! {
        /// Every username that does not end in a dot is found as it is, between whatever is not of a word.
        #[test]
        fn a_username_is_found(name in "[a-z][a-z0-9_.]{1,28}[a-z0-9_]", before in "[ (\\n!?,]", after in "[ )\\n!?,'-]") {
            prop_assert_eq!(find(&format!("x{before}@{}{after}y", name.to_uppercase())), [name]);
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            prop_assert!(find(&text).iter().all(|name| (SHORTEST..=LONGEST).contains(&name.len())));
            prop_assert_eq!(without(&text, "ann"), text);
        }

        /// Who is taken out is not named any more, and all others are.
        #[test]
        fn one_is_taken_out_and_the_others_stay(text in "([@＠](ann|Bob|cat_1)|[ a.,@/#é\n-]|https://x.y/|日){0,20}") {
            let mut others = find(&text);
            others.retain(|name| name != "ann");
            let rest = without(&text, "ann");
            prop_assert_eq!(find(&rest), others, "{}", rest);
            prop_assert_eq!(without(&rest, "ANN"), rest);
        }
    }
}
