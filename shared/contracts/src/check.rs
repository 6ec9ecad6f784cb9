//! Rules of fields, collected: a client hears of every broken rule at once.

use crate::{FieldError, Refusal};
use std::ops::RangeInclusive;
use unicode_normalization::UnicodeNormalization;

/// Collects what is wrong with the fields of a body.
///
/// ```
/// let mut check = contracts::Check::new();
/// let name = check.text("/displayName", "  Ann ", 1..=50);
/// check.done().unwrap();
/// assert_eq!(name, "Ann");
/// ```
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trims and normalises `text` (NFC) and checks its length in Unicode scalar values and that it holds no control characters other
    /// than newline and tab.
    pub fn text(&mut self, pointer: &str, text: &str, length: RangeInclusive<usize>) -> String {
        let clean: String = text.trim().nfc().collect();
        let count = clean.chars().count();
        if count < *length.start() {
            let (code, message) = match length.start() {
                1 => ("required", "must not be empty".to_owned()),
                least => ("too_short", format!("at least {least} characters")),
            };
            self.refuse(pointer, code, message);
        }
        if count > *length.end() {
            self.refuse(
                pointer,
                "too_long",
                format!("at most {} characters", length.end()),
            );
        }
        if clean.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.refuse(
                pointer,
                "control_character",
                "no control characters other than newline and tab",
            );
        }
        clean
    }

    /// Like [`Check::text`], for a field that may be absent.
    pub fn optional_text(
        &mut self,
        pointer: &str,
        text: Option<&str>,
        length: RangeInclusive<usize>,
    ) -> Option<String> {
        text.map(|text| self.text(pointer, text, length))
            .filter(|text| !text.is_empty())
    }

    /// Notes `code` at `pointer` unless `holds`.
    pub fn rule(&mut self, holds: bool, pointer: &str, code: &'static str, message: impl Into<String>) {
        if !holds {
            self.refuse(pointer, code, message);
        }
    }

    /// Notes a broken rule.
    pub fn refuse(&mut self, pointer: &str, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError::new(pointer, code, message));
    }

    /// # Errors
    /// [`Refusal::Invalid`] with every broken rule.
    pub fn done(self) -> Result<(), Refusal> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Invalid(self.errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(text: &str, length: RangeInclusive<usize>) -> Vec<String> {
        let mut check = Check::new();
        check.text("/x", text, length);
        match check.done() {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|e| e.code.into_owned()).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn lengths_count_scalar_values_after_trimming() {
        assert!(codes(" ééé ", 1..=3).is_empty());
        assert!(codes("e\u{301}", 1..=1).is_empty(), "normalised to one");
        assert_eq!(codes("   ", 1..=3), ["required"]);
        assert_eq!(codes("ab", 3..=4), ["too_short"]);
        assert_eq!(codes("abcde", 3..=4), ["too_long"]);
        assert_eq!(codes("a\u{0}b", 1..=4), ["control_character"]);
        assert!(codes("a\n\tb", 1..=4).is_empty());
    }

    #[test]
    fn all_errors_come_at_once() {
        let mut check = Check::new();
        check.text("/a", "", 1..=2);
        check.rule(false, "/b", "odd", "must be even");
        assert!(matches!(check.done(), Err(Refusal::Invalid(errors)) if errors.len() == 2));
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent(text in "\\PC{0,40}") {
            let once = Check::new().text("/x", &text, 0..=80);
            let twice = Check::new().text("/x", &once, 0..=80);
            prop_assert_eq!(once, twice);
        }
    }
}
