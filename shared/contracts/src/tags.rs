//! Hashtags: `#Rust`, `#日本語`, `#क्या`.
//!
//! A tag is letters, marks, digits and `_` of any script after `#` or `＃`, with at least one letter (`#1` is a number), and within it the few signs that
//! join a word in some scripts. It begins where a word may begin (not in `C#sharp`, not in a link, not in `&#39;`), or right after another one
//! (`#a#b`). Two tags are one when they differ in case, width or composition only: its name is folded.

use crate::prose::{is_of_word, scan};
use unicode_normalization::UnicodeNormalization;

/// The most tags of one text.
pub const MOST: usize = 30;
/// The longest tag, in Unicode scalar values; what is longer is no tag.
pub const LONGEST: usize = 100;

/// What joins the parts of a word: the middle dots of Catalan and of katakana, the maqaf, geresh and gershayim of Hebrew, the tsheg of Tibetan, the wave
/// dash, and the invisible joiners of Persian and Indic scripts.
const JOINERS: [char; 9] = [
    '\u{b7}', '\u{30fb}', '\u{5be}', '\u{5f3}', '\u{5f4}', '\u{f0b}', '\u{301c}', '\u{200c}', '\u{200d}',
];
/// Joiners that nobody sees: a name does not hold them.
const INVISIBLE: [char; 2] = ['\u{200c}', '\u{200d}'];

/// The names of the tags in `text`, each once, in the order in which they first come.
///
/// ```
/// assert_eq!(contracts::tags::find("First light #Dawn #dawn, #１２ #été2026"), ["dawn", "été2026"]);
/// ```
pub fn find(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    scan(text, ['#', '＃'], |before, after| {
        if before.is_some_and(|c| is_of_word(c) || c == '&') {
            return None;
        }
        let tag = leading(after);
        let name = named(tag)?;
        if !names.contains(&name) {
            names.push(name);
        }
        Some(tag.len())
    });
    names
}

/// The name of the tag that is written so, without its `#`; none when it is no tag.
///
/// ```
/// assert_eq!(contracts::tags::named("Straße").as_deref(), Some("strasse"));
/// assert_eq!(contracts::tags::named("42"), None);
/// ```
pub fn named(tag: &str) -> Option<String> {
    if leading(tag).len() != tag.len() || tag.chars().count() > LONGEST {
        return None;
    }
    let name = fold(tag);
    let name = leading(&name);
    let good = name.chars().any(char::is_alphabetic) && name.chars().count() <= LONGEST;
    good.then(|| name.to_owned())
}

/// The tag that `text` begins with; empty when it begins with none.
fn leading(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return "";
    }
    let end = text.find(|c: char| !is_of_word(c) && !JOINERS.contains(&c));
    let (tag, _) = text.split_at(end.unwrap_or(text.len()));
    tag.trim_end_matches(JOINERS)
}

/// Without differences of compatibility (NFKC) and of case: to upper case and back is what full case folding does for nearly every letter (`ß` is `ss`,
/// the two small sigmas are one).
fn fold(tag: &str) -> String {
    tag.nfkc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .filter(|c| !INVISIBLE.contains(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_of_many_tongues_and_what_is_none() {
        let cases: [(&str, &[&str]); 26] = [
            ("#rust", &["rust"]),
            ("a #Rust, b #RUST! #rust_lang", &["rust", "rust_lang"]),
            ("(#one)#two.#three", &["one", "two", "three"]),
            ("#a#b#c", &["a", "b", "c"]),
            ("＃日本語 タグ", &["日本語"]),
            ("#ｗｉｄｅ #カ・キ #ｶ", &["wide", "カ・キ", "カ"]),
            (
                "#क्या #ไทยแลนด์ #עברית #العربية",
                &["क्या", "ไทยแลนด์", "עברית", "العربية"],
            ),
            ("#می‌شود", &["میشود"]),
            ("#col·lecció·", &["col·lecció"]),
            ("#ΟΔΟΣ #οδος", &["οδοσ"]),
            ("#Straße #STRASSE", &["strasse"]),
            ("#cafe\u{301} #CAFÉ", &["café"]),
            ("#2026 #1st #_ #_1 #_a", &["1st", "_a"]),
            ("#", &[]),
            ("# rust", &[]),
            ("##rust", &["rust"]),
            ("C#sharp é#x", &[]),
            ("&#39; &#x27;", &[]),
            ("#️⃣ #\u{301}x", &[]),
            ("#go🚀 🚀#up", &["go", "up"]),
            ("https://a.b/#c HTTP://a#b #d", &["d"]),
            ("(https://a.b/?#c) #d", &["d"]),
            ("xhttps://#a", &["a"]),
            ("line\n#two\t#three", &["two", "three"]),
            ("#ﷺ", &["صلى"]),
            ("#rust-lang #c++ #don't", &["rust", "c", "don"]),
        ];
        for (text, names) in cases {
            assert_eq!(find(text), names, "{text}");
        }
    }

    #[test]
    fn a_tag_has_its_length() {
        let longest = "é".repeat(LONGEST);
        assert_eq!(find(&format!("#{longest}")), [longest]);
        assert_eq!(find(&format!("#{}", "é".repeat(LONGEST + 1))), [""; 0]);
        assert_eq!(named(&"ﬃ".repeat(LONGEST)), None, "folding makes it longer");
    }

    #[test]
    fn what_is_asked_for_is_a_whole_tag() {
        assert_eq!(named("Rust").as_deref(), Some("rust"));
        for bad in ["", "#rust", "rust lang", "a/b", "42", "rust·", "a\u{0}"] {
            assert_eq!(named(bad), None, "{bad:?}");
        }
    }

    proptest! {
        /// A name is its own name: folding is idempotent, whatever the script.
        #[test]
        fn a_name_names_itself(text in "\\PC{0,12}") {
            for name in find(&format!("#{text}")) {
                prop_assert_eq!(named(&name), Some(name.clone()));
                prop_assert_eq!(find(&format!("#{name}")), [name]);
            }
        }

        /// Every tag is found again wherever it stands between spaces.
        #[test]
        fn tags_do_not_depend_on_their_neighbours(words in prop::collection::vec("#?[a-zA-Zéß0-9_]{1,6}", 0..12)) {
            let mut expected: Vec<String> = Vec::new();
            for name in words.iter().filter_map(|word| named(word.strip_prefix('#')?)) {
                if !expected.contains(&name) {
                    expected.push(name);
                }
            }
            prop_assert_eq!(find(&words.join(" ")), expected);
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            prop_assert!(find(&text).iter().all(|name| name.chars().count() <= LONGEST));
        }
    }
}
