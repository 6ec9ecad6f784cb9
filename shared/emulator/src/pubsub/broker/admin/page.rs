//! Lists, a page at a time.

use crate::pubsub::names;
use tonic::Status;

/// How many entries a list has at most, and when it is not said.
const MAX_PAGE: usize = 1000;

/// A page of entries that are sorted by name: those after the name in `token`, and the token of the next page.
fn page<'a, T: Clone + 'a>(
    entries: impl Iterator<Item = (&'a String, &'a T)>,
    size: i32,
    token: &str,
) -> Result<(Vec<T>, String), Status> {
    let size =
        usize::try_from(size).map_err(|_| Status::invalid_argument("page_size must not be negative."))?;
    let size = if size == 0 { MAX_PAGE } else { size.min(MAX_PAGE) };
    let mut after = entries.filter(|(name, _)| name.as_str() > token).peekable();
    let (mut found, mut last) = (Vec::new(), "");
    while found.len() < size
        && let Some((name, entry)) = after.next()
    {
        found.push(entry.clone());
        last = name;
    }
    let next = if after.peek().is_some() {
        last.to_owned()
    } else {
        String::new()
    };
    Ok((found, next))
}

/// A page of the entries, sorted by name, that are of `project` (`projects/ID`).
pub(super) fn of_project<'a, T: Clone + 'a>(
    project: &str,
    entries: impl Iterator<Item = (&'a String, &'a T)>,
    size: i32,
    token: &str,
) -> Result<(Vec<T>, String), Status> {
    names::check_project(project)?;
    page(entries.filter(|(name, _)| is_in(name, project)), size, token)
}

/// A page of names, which are sorted.
pub(super) fn of_names<'a>(
    names: impl Iterator<Item = &'a String>,
    size: i32,
    token: &str,
) -> Result<(Vec<String>, String), Status> {
    page(names.map(|name| (name, name)), size, token)
}

/// Whether a full name is one of `project`, `projects/ID`.
fn is_in(name: &str, project: &str) -> bool {
    name.strip_prefix(project)
        .is_some_and(|rest| rest.starts_with('/'))
}
