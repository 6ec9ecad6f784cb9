//! Pages of names: prefix, delimiter, offsets, versions, tokens (<https://cloud.google.com/storage/docs/json_api/v1/objects/list>).

use super::failure::Failure;
use super::glob::Glob;
use super::params::Params;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// What a list request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::storage) struct ListQuery {
    pub(in crate::storage) prefix: String,
    pub(in crate::storage) delimiter: String,
    pub(in crate::storage) start: String,
    pub(in crate::storage) end: String,
    pub(in crate::storage) with_trailing_delimiter: bool,
    /// Noncurrent ones too.
    pub(in crate::storage) versions: bool,
    pub(in crate::storage) glob: Option<Glob>,
    pub(in crate::storage) page_size: usize,
    /// Where the page before ended.
    pub(in crate::storage) after: Option<Mark>,
}

/// The last of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) enum Mark {
    /// This generation of this name.
    Item(String, i64),
    /// Everything that is shown as this prefix.
    Prefix(String),
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) struct Page<V> {
    pub(in crate::storage) items: Vec<V>,
    pub(in crate::storage) prefixes: Vec<String>,
    pub(in crate::storage) next: Option<String>,
}

/// Something in the order of names and generations that can be entered anywhere.
pub(in crate::storage) trait Ordered {
    type Item;

    /// The first at or after the name and generation, with what it is.
    fn seek(&self, name: &str, generation: i64) -> Option<(String, i64, Self::Item)>;
}

/// As many as the cloud gives at once.
const LARGEST_PAGE: usize = 1000;

impl ListQuery {
    pub(in crate::storage) fn take(params: &mut Params) -> Result<Self, Failure> {
        for absent in ["softDeleted", "includeFoldersAsPrefixes", "filter"] {
            if params.take_flag(absent).unwrap_or(true) {
                return Err(Failure::not_implemented(&format!("parameter `{absent}` here")));
            }
        }
        let size = params.take_as::<usize>("maxResults")?;
        let glob = params.take("matchGlob").filter(|glob| !glob.is_empty());
        let token = params.take("pageToken").filter(|token| !token.is_empty());
        Ok(Self {
            prefix: params.take("prefix").unwrap_or_default(),
            delimiter: params.take("delimiter").unwrap_or_default(),
            start: params.take("startOffset").unwrap_or_default(),
            end: params.take("endOffset").unwrap_or_default(),
            with_trailing_delimiter: params.take_flag("includeTrailingDelimiter")?,
            versions: params.take_flag("versions")?,
            glob: glob.map(|glob| Glob::parse(&glob)).transpose()?,
            page_size: size_of_page(size),
            after: token.map(|token| Mark::from_token(&token)).transpose()?,
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

    fn fits(&self, name: &str) -> bool {
        self.glob.as_ref().is_none_or(|glob| glob.matches(name))
    }

    /// Where to begin.
    fn first(&self) -> Option<(String, i64)> {
        let from = self.prefix.as_str().max(self.start.as_str()).to_owned();
        match &self.after {
            None => Some((from, 0)),
            Some(Mark::Item(name, generation)) => Some(after(name, *generation).max((from, 0))),
            Some(Mark::Prefix(prefix)) => Some((behind(prefix)?, 0).max((from, 0))),
        }
    }
}

impl Mark {
    /// Behind all generations of `name`; behind all that begin with it when it ends like a prefix.
    pub(in crate::storage) fn behind(name: &str, delimiter: &str) -> Self {
        if !delimiter.is_empty() && name.ends_with(delimiter) {
            Self::Prefix(name.to_owned())
        } else {
            Self::Item(name.to_owned(), i64::MAX)
        }
    }

    pub(in crate::storage) fn name(&self) -> &str {
        match self {
            Self::Item(name, _) | Self::Prefix(name) => name,
        }
    }

    fn token(&self) -> String {
        // No name holds a line break.
        let text = match self {
            Self::Item(name, generation) => format!("{generation}\n{name}"),
            Self::Prefix(prefix) => format!("\n{prefix}"),
        };
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    pub(in crate::storage) fn from_token(token: &str) -> Result<Self, Failure> {
        let text = from_token(token)?;
        let wrong = || Failure::invalid("Invalid pageToken");
        let (generation, name) = text.split_once('\n').ok_or_else(wrong)?;
        match generation {
            "" => Ok(Self::Prefix(name.to_owned())),
            digits => Ok(Self::Item(name.to_owned(), digits.parse().map_err(|_| wrong())?)),
        }
    }
}

/// The first place behind a generation of a name.
fn after(name: &str, generation: i64) -> (String, i64) {
    match generation.checked_add(1) {
        Some(next) => (name.to_owned(), next),
        None => (format!("{name}\0"), 0),
    }
}

/// The first name that sorts behind all that begin with `prefix`; none when there is no such name.
fn behind(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let mut above = (u32::from(last) + 1..=u32::from(char::MAX)).filter_map(char::from_u32);
        if let Some(next) = above.next() {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

/// The size of a page when `wanted` is asked for.
pub(in crate::storage) fn size_of_page(wanted: Option<usize>) -> usize {
    wanted
        .filter(|wanted| *wanted > 0)
        .map_or(LARGEST_PAGE, |wanted| wanted.min(LARGEST_PAGE))
}

/// The page of `all` that `query` asks for. Names and prefixes count alike; what is folded counts once and is stepped over in one step.
pub(in crate::storage) fn page<S: Ordered>(all: &S, query: &ListQuery) -> Page<S::Item> {
    let mut walk = Walk::new(query);
    let mut page = Page {
        items: Vec::new(),
        prefixes: Vec::<String>::new(),
        next: None,
    };
    let mut last = None;
    while let Some((mark, item)) = walk.step(all) {
        let shown = mark.name();
        if !query.fits(shown) {
            continue;
        }
        if page.items.len() + page.prefixes.len() >= query.page_size {
            page.next = last.as_ref().map(Mark::token);
            break;
        }
        match item {
            Some(item) => page.items.push(item),
            None => page.prefixes.push(shown.to_owned()),
        }
        last = Some(mark);
    }
    page
}

/// Goes through items and prefixes in their order.
struct Walk<'a> {
    query: &'a ListQuery,
    at: Option<(String, i64)>,
    /// A name that is its own prefix was shown as an item; it comes as a prefix too.
    owed: Option<String>,
}

impl<'a> Walk<'a> {
    fn new(query: &'a ListQuery) -> Self {
        let owed = match &query.after {
            Some(Mark::Item(name, _)) if query.folded(name) == Some(name) => Some(name.clone()),
            _ => None,
        };
        Self {
            query,
            at: query.first(),
            owed,
        }
    }

    fn step<S: Ordered>(&mut self, all: &S) -> Option<(Mark, Option<S::Item>)> {
        let query = self.query;
        let found = self.at.take().and_then(|(name, least)| all.seek(&name, least));
        let found = found.filter(|(name, ..)| {
            name.starts_with(&query.prefix) && (query.end.is_empty() || *name < query.end)
        });
        let owed = self.owed.take();
        let as_prefix = match (owed, &found) {
            (Some(owed), Some((name, ..))) if *name == owed => None,
            (Some(owed), _) => Some(owed),
            (None, Some((name, ..))) => query
                .folded(name)
                .filter(|prefix| !query.with_trailing_delimiter || prefix != name)
                .map(str::to_owned),
            (None, None) => None,
        };
        if let Some(prefix) = as_prefix {
            self.at = behind(&prefix).map(|name| (name, 0));
            return Some((Mark::Prefix(prefix), None));
        }
        let (name, generation, item) = found?;
        self.at = Some(after(&name, generation));
        self.owed = query.folded(&name).map(str::to_owned);
        Some((Mark::Item(name, generation), Some(item)))
    }
}

/// The text behind a page token.
pub(in crate::storage) fn from_token(token: &str) -> Result<String, Failure> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Failure::invalid("Invalid pageToken"))
}

#[cfg(test)]
mod tests;
