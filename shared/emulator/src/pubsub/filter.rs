//! Subscription filters: the language of <https://cloud.google.com/pubsub/docs/subscription-message-filter>.
//!
//! `attributes:key`, `attributes.key = "v"`, `attributes.key != "v"`, `hasPrefix(attributes.key, "v")`, `NOT` (or `-`), `AND`, `OR`
//! and parentheses; keys may be quoted. `AND` and `OR` mix only with parentheses.

use std::collections::HashMap;
use std::fmt;

/// The longest filter the service takes, in bytes.
const MAX_BYTES: usize = 256;
/// How deep parentheses and negations may nest: with 256 bytes no person comes near.
const MAX_DEPTH: usize = 64;

/// A parsed filter over a message's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// The attribute is there.
    Has(String),
    /// The attribute is there and has this value.
    Equals(String, String),
    /// The attribute is there and starts so.
    HasPrefix(String, String),
    Not(Box<Filter>),
    All(Vec<Filter>),
    Any(Vec<Filter>),
}

/// Where and why a filter cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid filter at position {at}: {reason}")]
pub(crate) struct FilterError {
    at: usize,
    reason: &'static str,
}

impl Filter {
    /// Reads a filter; the empty text is no filter.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, FilterError> {
        if text.len() > MAX_BYTES {
            return Err(FilterError {
                at: MAX_BYTES,
                reason: "a filter has at most 256 bytes",
            });
        }
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        parser.space();
        if parser.rest().is_empty() {
            return Ok(None);
        }
        let filter = parser.expression()?;
        if parser.rest().is_empty() {
            Ok(Some(filter))
        } else {
            Err(parser.error("expected AND, OR or the end"))
        }
    }

    /// Whether a message with these attributes passes. A `!=` is a negated `=`, so it also passes what lacks the attribute.
    pub(crate) fn matches(&self, attributes: &HashMap<String, String>) -> bool {
        match self {
            Self::Has(key) => attributes.contains_key(key),
            Self::Equals(key, value) => attributes.get(key) == Some(value),
            Self::HasPrefix(key, prefix) => {
                attributes.get(key).is_some_and(|value| value.starts_with(prefix))
            }
            Self::Not(inner) => !inner.matches(attributes),
            Self::All(parts) => parts.iter().all(|part| part.matches(attributes)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(attributes)),
        }
    }
}

impl fmt::Display for Filter {
    /// A text that parses to the same filter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                write!(f, "{}({part})", if index == 0 { "" } else { word })?;
            }
            Ok(())
        };
        match self {
            Self::Has(key) => write!(f, "attributes:{}", quoted(key)),
            Self::Equals(key, value) => write!(f, "attributes.{} = {}", quoted(key), quoted(value)),
            Self::HasPrefix(key, value) => {
                write!(f, "hasPrefix(attributes.{}, {})", quoted(key), quoted(value))
            }
            Self::Not(inner) => write!(f, "NOT ({inner})"),
            Self::All(parts) => join(f, parts, " AND "),
            Self::Any(parts) => join(f, parts, " OR "),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn error(&self, reason: &'static str) -> FilterError {
        FilterError { at: self.at, reason }
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes `symbol` and the space behind it, when it is next.
    fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
            self.space();
        }
        found
    }

    /// Takes `word` when it is next and no longer word begins there.
    fn word(&mut self, word: &str) -> bool {
        let ends = self
            .rest()
            .strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(is_key_char));
        ends && self.symbol(word)
    }

    fn expression(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.term()?];
        let conjunction = ["AND", "OR"].into_iter().find(|word| self.word(word));
        let Some(word) = conjunction else {
            return Ok(parts.swap_remove(0));
        };
        parts.push(self.term()?);
        while self.word(word) {
            parts.push(self.term()?);
        }
        if self.word("AND") || self.word("OR") {
            return Err(self.error("AND and OR together need parentheses"));
        }
        Ok(if word == "AND" {
            Filter::All(parts)
        } else {
            Filter::Any(parts)
        })
    }

    fn term(&mut self) -> Result<Filter, FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("nested too deep"));
        }
        let term = if self.word("NOT") || self.symbol("-") {
            Filter::Not(Box::new(self.term()?))
        } else if self.symbol("(") {
            let inner = self.expression()?;
            self.expect(")", "expected )")?;
            inner
        } else if self.word("hasPrefix") {
            self.has_prefix()?
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(term)
    }

    fn has_prefix(&mut self) -> Result<Filter, FilterError> {
        self.expect("(", "expected (")?;
        self.expect("attributes", "expected attributes")?;
        self.expect(".", "expected .")?;
        let key = self.key()?;
        self.expect(",", "expected a comma")?;
        let prefix = self.string()?;
        self.expect(")", "expected )")?;
        Ok(Filter::HasPrefix(key, prefix))
    }

    fn comparison(&mut self) -> Result<Filter, FilterError> {
        self.expect("attributes", "expected attributes, hasPrefix, NOT or (")?;
        if self.symbol(":") {
            return Ok(Filter::Has(self.key()?));
        }
        self.expect(".", "expected . or :")?;
        let key = self.key()?;
        if self.symbol("!=") {
            return Ok(Filter::Not(Box::new(Filter::Equals(key, self.string()?))));
        }
        self.expect("=", "expected = or !=")?;
        Ok(Filter::Equals(key, self.string()?))
    }

    fn expect(&mut self, symbol: &str, reason: &'static str) -> Result<(), FilterError> {
        if self.symbol(symbol) {
            Ok(())
        } else {
            Err(self.error(reason))
        }
    }

    fn key(&mut self) -> Result<String, FilterError> {
        if self.rest().starts_with('"') {
            return self.string();
        }
        let rest = self.rest();
        let key = &rest[..rest.find(|c| !is_key_char(c)).unwrap_or(rest.len())];
        if key.is_empty() || key.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return Err(self.error("expected the key of an attribute"));
        }
        self.at += key.len();
        self.space();
        Ok(key.to_owned())
    }

    fn string(&mut self) -> Result<String, FilterError> {
        let Some(inside) = self.rest().strip_prefix('"') else {
            return Err(self.error("expected a quoted text"));
        };
        let mut text = String::new();
        let mut chars = inside.char_indices();
        while let Some((index, char)) = chars.next() {
            match char {
                '"' => {
                    self.at += index + 2;
                    self.space();
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    _ => return Err(self.error("only \\\" and \\\\ are escaped")),
                },
                other => text.push(other),
            }
        }
        Err(self.error("the quoted text has no end"))
    }
}

fn is_key_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || char == '-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passes(filter: &str, attributes: &[(&str, &str)]) -> bool {
        let attributes = attributes
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Filter::parse(filter).unwrap().unwrap().matches(&attributes)
    }

    #[test]
    fn filters_as_the_documentation_has_them() {
        type Case = (&'static str, &'static [(&'static str, &'static str)], bool);
        let table: [Case; 19] = [
            ("attributes:domain", &[("domain", "")], true),
            ("attributes:domain", &[("other", "x")], false),
            ("attributes.domain = \"com\"", &[("domain", "com")], true),
            ("attributes.domain=\"com\"", &[("domain", "org")], false),
            ("attributes.domain = \"com\"", &[], false),
            ("attributes.domain != \"com\"", &[("domain", "org")], true),
            ("attributes.domain != \"com\"", &[], true),
            ("attributes.domain != \"com\"", &[("domain", "com")], false),
            ("hasPrefix(attributes.domain, \"co\")", &[("domain", "com")], true),
            (
                "hasPrefix(attributes.domain, \"co\")",
                &[("domain", "oco")],
                false,
            ),
            ("NOT attributes:a", &[("b", "")], true),
            ("-attributes:a", &[("a", "")], false),
            ("attributes:a AND attributes:b", &[("a", ""), ("b", "")], true),
            (
                "attributes:a AND attributes:b AND NOT attributes:c",
                &[("a", ""), ("b", ""), ("c", "")],
                false,
            ),
            ("attributes:a OR attributes:b", &[("b", "")], true),
            (
                "attributes:a AND (attributes:b OR attributes:c)",
                &[("a", ""), ("c", "")],
                true,
            ),
            (
                "attributes.\"iana.org/language_tag\" = \"en\"",
                &[("iana.org/language_tag", "en")],
                true,
            ),
            (
                "attributes.a = \"say \\\"hi\\\" \\\\\"",
                &[("a", "say \"hi\" \\")],
                true,
            ),
            ("attributes:NOTE", &[("NOTE", "")], true),
        ];
        for (filter, attributes, expected) in table {
            assert_eq!(
                passes(filter, attributes),
                expected,
                "{filter} over {attributes:?}"
            );
        }
    }

    #[test]
    fn what_is_no_filter_is_refused_with_its_place() {
        let wrong = [
            "attributes",
            "attributes.a",
            "attributes.a = b",
            "attributes.a = \"b",
            "attributes:a AND",
            "data = \"x\"",
            "attributes:a AND attributes:b OR attributes:c",
            "(attributes:a",
            "attributes:a attributes:b",
            "attributes.a > \"b\"",
            "hasPrefix(attributes.a)",
            "attributes.1a = \"x\"",
            "attributes.a = \"\\n\"",
            "NOT",
        ];
        for filter in wrong {
            assert!(Filter::parse(filter).is_err(), "{filter}");
        }
        assert!(Filter::parse(&format!("attributes.a = \"{}\"", "x".repeat(256))).is_err());
        assert!(Filter::parse(&"-".repeat(255)).is_err());
        assert_eq!(Filter::parse("  ").unwrap(), None);
        assert_eq!(Filter::parse("attributes.a < \"\"").unwrap_err().at, 13);
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let text = "[a-z\"\\\\ é=()]{0,4}";
        let leaf = prop_oneof![
            text.prop_map(Filter::Has),
            (text, text).prop_map(|(key, value)| Filter::Equals(key, value)),
            (text, text).prop_map(|(key, value)| Filter::HasPrefix(key, value)),
        ];
        leaf.prop_recursive(2, 6, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|part| Filter::Not(Box::new(part))),
                proptest::collection::vec(inner.clone(), 2..3).prop_map(Filter::All),
                proptest::collection::vec(inner, 2..3).prop_map(Filter::Any),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_printed_filter_reads_as_itself(filter in filters()) {
            let text = filter.to_string();
            prop_assume!(text.len() <= MAX_BYTES);
            prop_assert_eq!(Filter::parse(&text).unwrap(), Some(filter));
        }

        #[test]
        fn no_text_brings_the_parser_down(text in "(attributes|[.:=\"\\\\() -]|AND|OR|NOT|hasPrefix|[aé]){0,30}") {
            let _ = Filter::parse(&text);
        }

        #[test]
        fn a_negation_passes_exactly_what_the_filter_does_not(
            filter in filters(),
            attributes in proptest::collection::hash_map("[a-z]{0,2}", "[a-z]{0,3}", 0..4),
        ) {
            let negated = Filter::Not(Box::new(filter.clone()));
            prop_assert_ne!(filter.matches(&attributes), negated.matches(&attributes));
        }
    }
}
