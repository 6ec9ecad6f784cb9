//! Which function answers which path.

use runtime::Description;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

/// Paths by function, functions by address, and the buckets of one project at the emulator.
#[derive(Debug, Clone)]
pub struct Table {
    inner: Arc<RwLock<Inner>>,
}

#[derive(Debug)]
struct Inner {
    project: String,
    emulator: SocketAddr,
    /// Templates such as `/api/posts/{postId}`.
    paths: Vec<(String, String)>,
    addresses: BTreeMap<String, SocketAddr>,
}

impl Table {
    /// A table without functions; objects of `project` are at `emulator`.
    pub fn new(project: String, emulator: SocketAddr) -> Self {
        let inner = Inner {
            project,
            emulator,
            paths: Vec::new(),
            addresses: BTreeMap::new(),
        };
        Self {
            inner: Arc::new(RwLock::new(inner)),
        }
    }

    /// Learns what a function answers.
    pub fn add(&self, function: &Description) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let paths = function.routes.iter().map(|route| &route.path);
        let paths = paths.chain(
            function
                .subscriptions
                .iter()
                .map(|subscription| &subscription.path),
        );
        let paths = paths.chain(function.schedules.iter().map(|schedule| &schedule.path));
        inner
            .paths
            .extend(paths.map(|path| (path.clone(), function.name.clone())));
    }

    /// From now on the function is at `address`.
    pub fn set(&self, function: &str, address: SocketAddr) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        inner.addresses.insert(function.to_owned(), address);
    }

    /// Who answers `path`.
    pub fn address(&self, path: &str) -> Option<SocketAddr> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let first = path.split('/').nth(1).unwrap_or_default();
        if first
            .strip_prefix(inner.project.as_str())
            .is_some_and(|rest| rest.starts_with('-'))
        {
            return Some(inner.emulator);
        }
        let declared = inner.paths.iter().find(|(template, _)| fits(template, path));
        // hubs are no part of the API; what nobody answers, any function refuses in the same way
        let other = if first == "hubs" { "realtime" } else { "auth" };
        inner
            .addresses
            .get(declared.map_or(other, |(_, function)| function))
            .copied()
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(w), Some(g)) if w == g || w.starts_with('{') && !g.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn templates() {
        assert!(fits("/api/posts/{postId}/comments", "/api/posts/1/comments"));
        assert!(!fits("/api/posts/{postId}", "/api/posts/1/comments"));
        assert!(!fits("/api/posts/{postId}", "/api/posts/"));
    }
}
