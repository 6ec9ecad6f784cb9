//! The query of a request, taken piece by piece so that nothing in it is ignored by accident.

use super::encoding::decode;
use super::failure::Failure;
use std::str::FromStr;

/// Parameters that change nothing here: who pays, how it is printed.
const WITHOUT_MEANING: [&str; 8] = [
    "alt",
    "key",
    "prettyPrint",
    "quotaUser",
    "userIp",
    "userProject",
    "projection",
    "provisionalUserProject",
];

/// Parameters that only a list has.
const OF_LISTS: [&str; 9] = [
    "prefix",
    "delimiter",
    "versions",
    "startOffset",
    "endOffset",
    "matchGlob",
    "maxResults",
    "pageToken",
    "includeTrailingDelimiter",
];

/// Names and values in their order, decoded.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the part of an address after `?`; a `+` is a space, as in forms: Google's Go client writes one so.
    pub(super) fn parse(query: &str) -> Result<Self, Failure> {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((
                decode(&name.replace('+', " "))?,
                decode(&value.replace('+', " "))?,
            ))
        };
        query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(pair)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of `name`, which is then done with.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }

    /// [`Params::take`] of a number.
    pub(super) fn take_as<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let parsed = self.take(name).map(|text| text.parse().map_err(|_| text));
        parsed
            .transpose()
            .map_err(|text| Failure::invalid(format!("Invalid value for {name}: {text}")))
    }

    /// [`Params::take`] of a truth. Google's Python client writes `True`.
    pub(super) fn take_flag(&mut self, name: &str) -> Result<bool, Failure> {
        match self.take(name).as_deref().map(str::to_lowercase).as_deref() {
            None | Some("" | "false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Failure::invalid(format!("Invalid value for {name}: {other}"))),
        }
    }

    /// Takes away what is for lists: Google's Node client sends it along with what it does to each object of a list.
    pub(super) fn drop_list(&mut self) {
        self.0.retain(|(name, _)| !OF_LISTS.contains(&name.as_str()));
    }

    /// Refuses what nobody took: it would have meant something in the cloud.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let known = |name: &str| name.is_empty() || name.starts_with('$') || WITHOUT_MEANING.contains(&name);
        match self.0.into_iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => Err(Failure::not_implemented(&format!("parameter `{name}` here"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_nobody_took_is_refused() {
        let mut params = Params::parse("a=%C3%A4+b&b=True&c=7&key=x&$alt=json").unwrap();
        assert_eq!(
            (params.take("a").as_deref(), params.take_flag("b")),
            (Some("ä b"), Ok(true))
        );
        assert!(params.clone().finish().is_err());
        assert_eq!(params.take_as("c"), Ok(Some(7)));
        assert_eq!(params.finish(), Ok(()));
        assert!(Params::parse("b=maybe").unwrap().take_flag("b").is_err());
        assert!(Params::parse("b=maybe").unwrap().take_as::<u64>("b").is_err());
    }

    proptest! {
        #[test]
        fn no_query_brings_it_down(query in "([a-c&=%+;]|%[0-9A-F]{2}|ä){0,40}") {
            if let Ok(mut params) = Params::parse(&query) {
                params.drop_list();
                let _ = (params.take_flag("a"), params.take_as::<i64>("b"), params.finish());
            }
        }
    }
}
