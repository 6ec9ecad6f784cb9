//! Finding what is marked in a text: `#tag`, `@name`.

/// What begins a link; nothing inside one is marked.
const LINKS: [&str; 2] = ["http://", "https://"];

/// Whether `c` is of a word: letters, digits and what is set upon them. `is_alphanumeric` alone leaves out marks that are no letters, such as the virama
/// of Hindi.
pub(crate) fn is_of_word(c: char) -> bool {
    let shapes_only = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}'); // of emoji: `#` before them is a key on a pad
    (c.is_alphanumeric() || c == '_' || unicode_normalization::char::is_combining_mark(c)) && !shapes_only
}

/// Hands `found` what stands before and after each of `marks` outside of links. It answers how many bytes after the mark it took; what it took is not
/// looked at again, and the next mark may follow it at once.
pub(crate) fn scan<'a>(
    text: &'a str,
    marks: [char; 2],
    mut found: impl FnMut(Option<char>, &'a str) -> Option<usize>,
) {
    let mut before = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !before.is_some_and(is_of_word) && begins_link(rest) {
            rest = rest.trim_start_matches(|c: char| !c.is_whitespace());
            before = None;
            continue;
        }
        let after = rest.split_at(c.len_utf8()).1;
        let taken = marks.contains(&c).then(|| found(before, after)).flatten();
        (before, rest) = match taken.and_then(|taken| after.split_at_checked(taken)) {
            Some((_, after)) => (None, after),
            None => (Some(c), after),
        };
    }
}

fn begins_link(text: &str) -> bool {
    LINKS.iter().any(|link| {
        text.get(..link.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(link))
    })
}
