//! Lists, a page at a time.

use tonic::Status;

/// How many entries a list has at most, and when it is not said.
const MAX_PAGE: usize = 1000;

/// A page of entries that are sorted by name: those after the name in `token`, and the token of the next page.
pub(super) fn page<'a, T: Clone + 'a>(
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

/// Whether a full name is one of `project`, `projects/ID`.
pub(super) fn is_in(name: &str, project: &str) -> bool {
    name.strip_prefix(project)
        .is_some_and(|rest| rest.starts_with('/'))
}
