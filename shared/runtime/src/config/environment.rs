//! The variables that a process was started with.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Variables by name. Empty ones count as absent. Some are secrets, so `Debug` shows names alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<String, String>);

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// Those of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the process environment"
    )]
    pub fn from_process() -> Self {
        Self(std::env::vars().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Sets a variable.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// A reader that collects what is wrong.
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            environment: self,
            wrong: Vec::new(),
        }
    }

    /// Every name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(
            variables
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        )
    }
}

/// Reads typed values and remembers every variable that is missing or wrong, so that one message names them all.
#[derive(Debug)]
pub struct Reader<'a> {
    environment: &'a Environment,
    wrong: Vec<String>,
}

impl Reader<'_> {
    /// The variable, which must be there.
    pub fn required<T: FromStr + Default>(&mut self, name: &str) -> T
    where
        T::Err: fmt::Display,
    {
        if !self.environment.0.contains_key(name) {
            self.wrong.push(format!("{name} is missing"));
        }
        self.optional(name).unwrap_or_default()
    }

    /// The variable, or `default`.
    pub fn or<T: FromStr>(&mut self, name: &str, default: T) -> T
    where
        T::Err: fmt::Display,
    {
        self.optional(name).unwrap_or(default)
    }

    /// The variable, when it is there.
    pub fn optional<T: FromStr>(&mut self, name: &str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        let value = self.environment.0.get(name)?;
        value
            .parse()
            .map_err(|error: T::Err| self.wrong.push(format!("{name} is wrong: {error}")))
            .ok()
    }

    /// Notes what is wrong with a variable.
    pub fn refuse(&mut self, name: &str, why: impl fmt::Display) {
        self.wrong.push(format!("{name} is wrong: {why}"));
    }

    /// # Errors
    /// Every variable that is missing or wrong.
    pub fn done(self) -> Result<(), WrongVariables> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(WrongVariables(self.wrong))
        }
    }
}

/// Every variable that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongVariables(Vec<String>);

impl fmt::Display for WrongVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration is not complete:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for WrongVariables {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_shown() {
        let environment = Environment::default().with("SIGNING_KEYS", "secret");
        assert_eq!(format!("{environment:?}"), "{\"SIGNING_KEYS\"}");
    }

    #[test]
    fn one_message_names_everything() {
        let environment = Environment::default().with("PORT", "eighty").with("EMPTY", "x");
        let mut reader = environment.reader();
        let _: u16 = reader.or("PORT", 8080);
        let _: String = reader.required("PROJECT");
        assert_eq!(reader.or("ABSENT", 5_u16), 5);
        let message = reader.done().unwrap_err().to_string();
        assert!(
            message.contains("PORT is wrong") && message.contains("PROJECT is missing"),
            "{message}"
        );
    }
}
