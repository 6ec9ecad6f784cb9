//! `matchGlob` of listings (<https://cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob>): `*` and
//! `?` stop at slashes, `**` does not, `[a-c]` and `[!a-c]` are one character, `{x,y}` is either, `\` takes the next character as it is.

use super::failure::Failure;

/// A pattern, as a machine of steps that all run at once: its time is pattern times name, whatever the pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Char(char),
    /// Any character, or any but a slash.
    Any {
        slash: bool,
    },
    Class {
        not: bool,
        ranges: Vec<(char, char)>,
    },
    /// Go on at both.
    Split(usize, usize),
    Jump(usize),
}

/// A longer pattern is refused.
const LONGEST: usize = 1024;

/// Braces may not be nested deeper.
const DEEPEST: usize = 8;

impl Glob {
    pub(super) fn parse(pattern: &str) -> Result<Self, Failure> {
        let chars: Vec<char> = pattern.chars().collect();
        let mut parser = Parser {
            chars: &chars,
            at: 0,
            steps: Vec::new(),
        };
        let whole = chars.len() <= LONGEST && parser.sequence(0).is_some() && parser.at == chars.len();
        if whole {
            Ok(Self(parser.steps))
        } else {
            Err(Failure::invalid(format!("Invalid glob pattern: {pattern}")))
        }
    }

    /// Whether all of `name` fits.
    pub(super) fn matches(&self, name: &str) -> bool {
        let mut at = vec![false; self.0.len() + 1];
        self.enter(0, &mut at);
        for character in name.chars() {
            let mut next = vec![false; at.len()];
            for (step, _) in at.iter().enumerate().filter(|(_, here)| **here) {
                if self.0.get(step).is_some_and(|step| step.takes(character)) {
                    self.enter(step + 1, &mut next);
                }
            }
            at = next;
        }
        at.last().copied().unwrap_or(false)
    }

    /// Stands at `step`, and wherever that leads without a character.
    fn enter(&self, step: usize, at: &mut [bool]) {
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            match at.get_mut(step) {
                Some(here) if !*here => *here = true,
                _ => continue,
            }
            match self.0.get(step) {
                Some(Step::Split(one, other)) => open.extend([*one, *other]),
                Some(Step::Jump(to)) => open.push(*to),
                _ => {}
            }
        }
    }
}

impl Step {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Char(wanted) => *wanted == character,
            Self::Any { slash } => *slash || character != '/',
            Self::Class { not, ranges } => {
                let inside = ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&character));
                character != '/' && inside != *not
            }
            Self::Split(..) | Self::Jump(_) => false,
        }
    }
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    steps: Vec<Step>,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let found = self.chars.get(self.at).copied();
        self.at += usize::from(found.is_some());
        found
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Up to the end, or to what ends an alternative in braces.
    fn sequence(&mut self, depth: usize) -> Option<()> {
        while let Some(character) = self.peek() {
            if depth > 0 && matches!(character, ',' | '}') {
                return Some(());
            }
            self.at += 1;
            match character {
                '*' => self.stars(),
                '?' => self.steps.push(Step::Any { slash: false }),
                '[' => self.class()?,
                '{' => self.alternatives(depth + 1)?,
                '\\' => {
                    let literal = self.next()?;
                    self.steps.push(Step::Char(literal));
                }
                other => self.steps.push(Step::Char(other)),
            }
        }
        Some(())
    }

    fn stars(&mut self) {
        let mut slash = false;
        while self.peek() == Some('*') {
            self.at += 1;
            slash = true;
        }
        let here = self.steps.len();
        self.steps.push(Step::Split(here + 1, here + 3));
        self.steps.push(Step::Any { slash });
        self.steps.push(Step::Jump(here));
    }

    fn class(&mut self) -> Option<()> {
        let not = matches!(self.peek(), Some('!' | '^'));
        self.at += usize::from(not);
        let mut ranges = Vec::new();
        loop {
            let first = match self.next()? {
                ']' if !ranges.is_empty() => break,
                '\\' => self.next()?,
                other => other,
            };
            let spans = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            let last = if spans {
                self.at += 1;
                self.next()?
            } else {
                first
            };
            ranges.push((first, last));
        }
        self.steps.push(Step::Class { not, ranges });
        Some(())
    }

    fn alternatives(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let mut ends = Vec::new();
        loop {
            let here = self.steps.len();
            self.steps.push(Step::Jump(here + 1));
            self.sequence(depth)?;
            ends.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            let more = self.next()? == ',';
            let next = self.steps.len();
            if more {
                *self.steps.get_mut(here)? = Step::Split(here + 1, next);
            } else {
                break;
            }
        }
        let behind = self.steps.len();
        for end in ends {
            *self.steps.get_mut(end)? = Step::Jump(behind);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_patterns() {
        for (pattern, name, fits) in [
            ("a*c", "abc", true),
            ("a*c", "ab/c", false),
            ("a**c", "ab/c", true),
            ("**", "", true),
            ("*.jpg", "x.jpg", true),
            ("*.jpg", "a/x.jpg", false),
            ("**.jpg", "a/x.jpg", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("[!a-c]x", "dx", true),
            ("[]x]", "]", true),
            ("{abc,xyz}", "xyz", true),
            ("{abc,xyz}", "ab", false),
            ("a{b,c*}d", "acccd", true),
            ("{a,{b,c}}d", "cd", true),
            ("{,a}b", "b", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("a,b}", "a,b}", true),
        ] {
            assert_eq!(
                Glob::parse(pattern).unwrap().matches(name),
                fits,
                "{pattern} on {name}"
            );
        }
        for wrong in ["[", "[a", "{a", "a\\", "{a,b"] {
            assert!(Glob::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_pattern_brings_it_down(pattern in "[ab*?\\[\\]{},!^/\\\\-]{0,24}", name in "[ab/]{0,8}") {
            if let Ok(glob) = Glob::parse(&pattern) {
                glob.matches(&name);
            }
        }

        #[test]
        fn an_escaped_name_matches_itself_only(name in "[ -~]{0,12}", other in "[ -~]{0,12}") {
            let escaped: String = name.chars().flat_map(|c| ['\\', c]).collect();
            prop_assert_eq!(Glob::parse(&escaped).unwrap().matches(&other), name == other);
            prop_assert!(Glob::parse(&escaped).unwrap().matches(&name));
        }
    }
}
