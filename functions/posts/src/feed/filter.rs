//! What may be asked of a feed: kinds of posts, a hashtag, an age.

use super::reading::Ask;
use crate::model::{Kind, Position};
use contracts::{FieldError, PostId, Refusal, Timestamp, tags};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What is asked of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// None: of every kind.
    kinds: BTreeSet<Kind>,
    tag: Option<String>,
    since: Option<Timestamp>,
}

impl Filter {
    /// From the parameters of a request.
    ///
    /// # Errors
    /// 400 `malformed_query`: a kind that there is none of, no time, or no hashtag.
    pub(crate) fn read(kinds: Option<&str>, since: Option<&str>, tag: Option<&str>) -> Result<Self, Refusal> {
        let mut filter = Self::default();
        let mut wrong = Vec::new();
        for name in kinds.iter().flat_map(|kinds| kinds.split(',')) {
            match Kind::named(name) {
                Some(kind) => drop(filter.kinds.insert(kind)),
                None => wrong.push(("?type", "one or more of text, image, video")),
            }
        }
        if let Some(since) = since {
            filter.since = since.parse().ok();
            if filter.since.is_none() {
                wrong.push(("?since", "a time such as 2026-11-20T09:04:00Z"));
            }
        }
        if let Some(tag) = tag {
            filter.tag = tags::named(tag.trim_start_matches('#'));
            if filter.tag.is_none() {
                wrong.push(("?tag", "a hashtag, without its #"));
            }
        }
        if wrong.is_empty() {
            return Ok(filter);
        }
        let errors = wrong
            .into_iter()
            .map(|(pointer, message)| FieldError::new(pointer, "wrong_value", message));
        Err(Refusal::Malformed {
            code: "malformed_query",
            detail: "a query parameter is wrong".to_owned(),
            errors: errors.collect(),
        })
    }

    /// The labels of which a post has one; none when it needs none. At most two.
    pub(super) fn labels(&self) -> Vec<String> {
        let every = self.kinds.is_empty() || self.kinds.len() == Kind::ALL.len();
        match (&self.tag, every) {
            (None, true) => Vec::new(),
            (Some(tag), true) => vec![format!("#{tag}")],
            (None, false) => self.kinds.iter().map(|kind| kind.as_str().to_owned()).collect(),
            (Some(tag), false) => {
                let labels = self.kinds.iter().map(|kind| format!("{}#{tag}", kind.as_str()));
                labels.collect()
            }
        }
    }

    /// What is asked, as a part of a list's name: cursors of one are not those of another.
    pub(crate) fn scope(&self) -> String {
        let mut scope = String::new();
        for label in self.labels() {
            // nothing can go wrong: it is memory that is written to
            let _ = write!(scope, ":{label}");
        }
        if let Some(since) = self.since {
            let _ = write!(scope, ":since={since}");
        }
        scope
    }

    /// `want` of such posts after a position.
    pub(crate) fn ask(&self, after: Option<Position>, want: usize) -> Ask {
        Ask {
            after,
            want,
            until: self.since.map(|since| (since, PostId::from_bytes([0; 16]))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::labels::labels;
    use proptest::prelude::*;

    const TAGS: [&str; 3] = ["dawn", "sea", "rust"];

    fn kinds() -> impl Strategy<Value = BTreeSet<Kind>> {
        prop::collection::btree_set(prop::sample::select(&Kind::ALL[..]), 0..4)
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let pointers = |filter: Result<Filter, Refusal>| match filter {
            Err(Refusal::Malformed { errors, .. }) => {
                errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let wrong = Filter::read(Some("text,sound"), Some("yesterday"), Some("42"));
        assert_eq!(pointers(wrong), ["?type", "?since", "?tag"]);
        assert_eq!(pointers(Filter::read(Some(""), None, None)), ["?type"]);
        let good = Filter::read(Some("image,text"), Some("2026-11-20T09:04:00Z"), Some("#Dawn")).unwrap();
        assert_eq!(good.labels(), ["text#dawn", "image#dawn"]);
        assert_eq!(
            good.scope(),
            ":text#dawn:image#dawn:since=2026-11-20T09:04:00.000Z"
        );
    }

    proptest! {
        /// A post is found by its labels exactly when it is what is asked for.
        #[test]
        fn labels_find_what_is_asked_for(
            content in kinds(), tagged in prop::collection::btree_set(prop::sample::select(&TAGS[..]), 0..4),
            asked in kinds(), tag in prop::option::of(prop::sample::select(&TAGS[..]))
        ) {
            prop_assume!(!content.is_empty());
            let filter = Filter { kinds: asked.clone(), tag: tag.map(str::to_owned), since: None };
            let content: Vec<Kind> = content.into_iter().collect();
            let tags: Vec<String> = tagged.iter().map(|tag| (*tag).to_owned()).collect();
            let stored = labels(&content, &tags);
            let wanted = filter.labels();
            let found = wanted.is_empty() || wanted.iter().any(|label| stored.contains(label));
            let kind = asked.is_empty() || content.iter().any(|kind| asked.contains(kind));
            prop_assert_eq!(found, kind && tag.is_none_or(|tag| tagged.contains(tag)));
            prop_assert!(wanted.len() <= 2);
        }
    }
}
