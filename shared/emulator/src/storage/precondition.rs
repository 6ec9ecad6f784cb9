//! Preconditions of requests on generations: `ifGenerationMatch` and its kin.

use super::failure::{Failure, Kind};
use super::params::Params;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

/// What must hold of the live object for a request to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Preconditions {
    pub(super) generation: Option<i64>,
    pub(super) generation_not: Option<i64>,
    pub(super) metageneration: Option<i64>,
    pub(super) metageneration_not: Option<i64>,
}

impl Preconditions {
    /// From the JSON API's parameters.
    pub(super) fn take(params: &mut Params) -> Result<Self, Failure> {
        Self::take_named(params, "if")
    }

    /// From parameters with another prefix, such as `ifSource` of copies.
    pub(super) fn take_named(params: &mut Params, prefix: &str) -> Result<Self, Failure> {
        let mut take = |rest: &str| params.take_as(&format!("{prefix}{rest}"));
        Ok(Self {
            generation: take("GenerationMatch")?,
            generation_not: take("GenerationNotMatch")?,
            metageneration: take("MetagenerationMatch")?,
            metageneration_not: take("MetagenerationNotMatch")?,
        })
    }

    /// From the XML API's headers.
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Self, Failure> {
        let number = |name: &str| {
            let text = headers.get(name).map(|value| value.to_str().unwrap_or_default());
            let parsed = text.map(str::parse).transpose();
            parsed.map_err(|_| Failure::invalid(format!("{name} is no number")))
        };
        Ok(Self {
            generation: number("x-goog-if-generation-match")?,
            metageneration: number("x-goog-if-metageneration-match")?,
            ..Self::default()
        })
    }

    /// Checks before a change. `live` is generation and metageneration of the object, `None` when there is none (generation 0).
    pub(super) fn check(&self, live: Option<(i64, i64)>) -> Result<(), Failure> {
        if self.matches(live) && self.not_matches(live) {
            Ok(())
        } else {
            Err(failed())
        }
    }

    /// Checks before a read: a `...NotMatch` that fails says that the reader has it already.
    pub(super) fn check_read(&self, live: (i64, i64)) -> Result<(), Failure> {
        if !self.matches(Some(live)) {
            return Err(failed());
        }
        if self.not_matches(Some(live)) {
            Ok(())
        } else {
            Err(Failure::new(Kind::NotModified, "Not Modified"))
        }
    }

    fn matches(&self, live: Option<(i64, i64)>) -> bool {
        self.generation
            .is_none_or(|wanted| live.map_or(0, |(generation, _)| generation) == wanted)
            && self
                .metageneration
                .is_none_or(|wanted| live.is_some_and(|(_, meta)| meta == wanted))
    }

    fn not_matches(&self, live: Option<(i64, i64)>) -> bool {
        self.generation_not
            .is_none_or(|unwanted| live.map_or(0, |(generation, _)| generation) != unwanted)
            && self
                .metageneration_not
                .is_none_or(|unwanted| live.is_some_and(|(_, meta)| meta != unwanted))
    }
}

fn failed() -> Failure {
    Failure::new(
        Kind::Precondition,
        "At least one of the pre-conditions you specified did not hold.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_preconditions() {
        let live = Some((7, 2));
        let check = |text: &str, live| {
            Preconditions::take(&mut Params::parse(text).unwrap())
                .unwrap()
                .check(live)
                .is_ok()
        };
        for (query, with_object, without) in [
            ("", true, true),
            ("ifGenerationMatch=7", true, false),
            ("ifGenerationMatch=8", false, false),
            ("ifGenerationMatch=0", false, true),
            ("ifGenerationNotMatch=7", false, true),
            ("ifGenerationNotMatch=0", true, false),
            ("ifMetagenerationMatch=2", true, false),
            ("ifMetagenerationMatch=3", false, false),
            ("ifMetagenerationNotMatch=2", false, false),
            ("ifMetagenerationNotMatch=3", true, false),
            ("ifGenerationMatch=7&ifMetagenerationMatch=3", false, false),
        ] {
            assert_eq!(check(query, live), with_object, "{query} with an object");
            assert_eq!(check(query, None), without, "{query} without one");
        }
    }

    #[test]
    fn a_reader_that_has_it_is_told_so() {
        let not = Preconditions {
            generation_not: Some(7),
            ..Preconditions::default()
        };
        assert_eq!(not.check_read((7, 1)).unwrap_err().kind, Kind::NotModified);
        assert_eq!(not.check_read((8, 1)), Ok(()));
        let wanted = Preconditions {
            generation: Some(6),
            ..Preconditions::default()
        };
        assert_eq!(wanted.check_read((7, 1)).unwrap_err().kind, Kind::Precondition);
    }
}
