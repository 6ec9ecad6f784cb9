//! Reading a filter.

use super::{Filter, FilterError};

/// The longest filter the service takes, in bytes.
pub(super) const MAX_BYTES: usize = 256;
/// How deep parentheses and negations may nest: with 256 bytes no person comes near.
const MAX_DEPTH: usize = 64;

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
