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

/// Names and values in their order, decoded.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the part of an address after `?`.
    pub(super) fn parse(query: &str) -> Result<Self, Failure> {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
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

    /// [`Params::take`] of a number or a truth.
    pub(super) fn take_as<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let parsed = self.take(name).map(|text| text.parse().map_err(|_| text));
        parsed
            .transpose()
            .map_err(|text| Failure::invalid(format!("Invalid value for {name}: {text}")))
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
