//! Pages of names: prefix, delimiter, offsets, tokens (<https://cloud.google.com/storage/docs/json_api/v1/objects/list>).

use super::failure::Failure;
use super::params::Params;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::collections::BTreeMap;
use std::ops::Bound;

/// What a list request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ListQuery {
    pub(super) prefix: String,
    pub(super) delimiter: String,
    pub(super) start: String,
    pub(super) end: String,
    pub(super) with_trailing_delimiter: bool,
    pub(super) page_size: usize,
    /// The last name or prefix of the page before.
    pub(super) after: Option<String>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page<'a, V> {
    pub(super) items: Vec<&'a V>,
    pub(super) prefixes: Vec<String>,
    pub(super) next: Option<String>,
}

/// As many as the cloud gives at once.
const LARGEST_PAGE: usize = 1000;

impl ListQuery {
    pub(super) fn take(params: &mut Params) -> Result<Self, Failure> {
        for absent in ["versions", "softDeleted", "includeFoldersAsPrefixes"] {
            if params.take(absent).is_some_and(|value| value != "false") {
                return Err(Failure::not_implemented(&format!("parameter `{absent}` here")));
            }
        }
        let size = params.take_as::<usize>("maxResults")?;
        Ok(Self {
            prefix: params.take("prefix").unwrap_or_default(),
            delimiter: params.take("delimiter").unwrap_or_default(),
            start: params.take("startOffset").unwrap_or_default(),
            end: params.take("endOffset").unwrap_or_default(),
            with_trailing_delimiter: params.take_as("includeTrailingDelimiter")?.unwrap_or(false),
            page_size: size_of_page(size),
            after: params
                .take("pageToken")
                .filter(|token| !token.is_empty())
                .map(|token| from_token(&token))
                .transpose()?,
        })
    }

    /// The folder-like prefix that `name` is shown as, if it is.
    fn folded<'a>(&self, name: &'a str) -> Option<&'a str> {
        if self.delimiter.is_empty() {
            return None;
        }
        let at = name.get(self.prefix.len()..)?.find(&self.delimiter)?;
        name.get(..self.prefix.len() + at + self.delimiter.len())
    }
}

/// The size of a page when `wanted` is asked for.
pub(super) fn size_of_page(wanted: Option<usize>) -> usize {
    wanted
        .filter(|wanted| *wanted > 0)
        .map_or(LARGEST_PAGE, |wanted| wanted.min(LARGEST_PAGE))
}

/// The page of `all` that `query` asks for. Names and prefixes count alike; what is folded counts once.
pub(super) fn page<'a, V>(all: &'a BTreeMap<String, V>, query: &ListQuery) -> Page<'a, V> {
    let mut page = Page {
        items: Vec::new(),
        prefixes: Vec::<String>::new(),
        next: None,
    };
    let from = query.prefix.as_str().max(query.start.as_str());
    let mut last = String::new();
    let range = all.range::<str, _>((Bound::Included(from), Bound::Unbounded));
    let in_range =
        |name: &str| name.starts_with(&query.prefix) && (query.end.is_empty() || name < query.end.as_str());
    for (name, value) in range
        .take_while(|(name, _)| name.starts_with(&query.prefix))
        .filter(|(name, _)| in_range(name))
    {
        let folded = query.folded(name);
        let shown = folded.unwrap_or(name);
        let seen = query.after.as_deref().is_some_and(|after| shown <= after);
        let known = folded.is_some() && page.prefixes.last().is_some_and(|prefix| prefix == shown);
        let itself = folded.is_none() || (query.with_trailing_delimiter && shown == name);
        if !seen && !known && page.items.len() + page.prefixes.len() >= query.page_size {
            page.next = Some(BASE64_URL_SAFE_NO_PAD.encode(&last));
            break;
        }
        if seen {
            continue;
        }
        if folded.is_some() && !known {
            page.prefixes.push(shown.to_owned());
        }
        if itself {
            page.items.push(value);
        }
        shown.clone_into(&mut last);
    }
    page
}

/// The name behind a page token.
pub(super) fn from_token(token: &str) -> Result<String, Failure> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Failure::invalid("Invalid pageToken"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(all: &[&str]) -> BTreeMap<String, String> {
        all.iter()
            .map(|name| ((*name).to_owned(), (*name).to_owned()))
            .collect()
    }

    fn query(text: &str) -> ListQuery {
        ListQuery::take(&mut Params::parse(text).unwrap()).unwrap()
    }

    #[test]
    fn prefixes_fold_and_offsets_cut() {
        let all = names(&["a/1", "a/2", "a/b/3", "a/b/4", "b"]);
        for (text, items, prefixes) in [
            ("", vec!["a/1", "a/2", "a/b/3", "a/b/4", "b"], vec![]),
            ("delimiter=/", vec!["b"], vec!["a/"]),
            ("prefix=a/&delimiter=/", vec!["a/1", "a/2"], vec!["a/b/"]),
            ("prefix=a/b", vec!["a/b/3", "a/b/4"], vec![]),
            ("startOffset=a/2&endOffset=a/b/4", vec!["a/2", "a/b/3"], vec![]),
            ("prefix=x", vec![], vec![]),
        ] {
            let page = page(&all, &query(text));
            assert_eq!(
                (page.items, page.prefixes, page.next),
                (
                    items.iter().map(|s| all.get(*s).unwrap()).collect(),
                    prefixes.iter().map(ToString::to_string).collect(),
                    None
                ),
                "{text}"
            );
        }
        let folder = names(&["a/", "a/1"]);
        let shown = page(&folder, &query("delimiter=/&includeTrailingDelimiter=true"));
        assert_eq!((shown.items.len(), shown.prefixes), (1, vec!["a/".to_owned()]));
    }

    #[test]
    fn what_is_not_there_is_refused() {
        assert!(ListQuery::take(&mut Params::parse("versions=true").unwrap()).is_err());
        assert!(ListQuery::take(&mut Params::parse("pageToken=!").unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn pages_of_any_size_show_everything_once(
            all in proptest::collection::btree_set("[ab/]{1,5}", 0..30), delimiter in prop_oneof![Just(""), Just("/")],
            prefix in "[ab]{0,1}", size in 1_usize..5,
        ) {
            let all = names(&all.iter().map(String::as_str).collect::<Vec<_>>());
            let whole = ListQuery { prefix, delimiter: delimiter.into(), page_size: 1000, ..ListQuery::default() };
            let expected = page(&all, &whole);
            let (mut items, mut prefixes, mut after) = (Vec::new(), Vec::new(), None);
            loop {
                let next = page(&all, &ListQuery { page_size: size, after: after.take(), ..whole.clone() });
                prop_assert!(next.items.len() + next.prefixes.len() <= size);
                items.extend(next.items);
                prefixes.extend(next.prefixes);
                let Some(token) = next.next else { break };
                after = Some(from_token(&token).unwrap());
            }
            prop_assert_eq!((items, prefixes), (expected.items, expected.prefixes));
        }
    }
}
