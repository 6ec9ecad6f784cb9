//! Names instead of ports: where requests to a host really go.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{PoisonError, RwLock};

/// Host suffixes and the loopback addresses that stand for them.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    by_suffix: RwLock<BTreeMap<String, SocketAddr>>,
}

impl Hosts {
    pub(crate) fn new(hosts: BTreeMap<String, SocketAddr>) -> Self {
        Self {
            by_suffix: RwLock::new(hosts),
        }
    }

    /// From now on, `suffix` and every host below it is `address`. An empty suffix is every host that has no other: nothing leaves the machine.
    pub(crate) fn set(&self, suffix: &str, address: SocketAddr) {
        let mut hosts = self.by_suffix.write().unwrap_or_else(PoisonError::into_inner);
        hosts.insert(suffix.to_owned(), address);
    }

    /// The address of the longest suffix that `host` has.
    pub(crate) fn address(&self, host: &str) -> Option<SocketAddr> {
        let hosts = self.by_suffix.read().unwrap_or_else(PoisonError::into_inner);
        let covers = |suffix: &str| {
            host.strip_suffix(suffix)
                .is_some_and(|rest| suffix.is_empty() || rest.is_empty() || rest.ends_with('.'))
        };
        hosts
            .iter()
            .filter(|(suffix, _)| covers(suffix))
            .max_by_key(|(suffix, _)| suffix.len())
            .map(|(_, a)| *a)
    }

    /// `url` with its host replaced by the address that stands for it; unchanged when none does.
    pub(crate) fn resolve(&self, url: &str) -> String {
        let Ok(mut parsed) = reqwest::Url::parse(url) else {
            return url.to_owned();
        };
        let Some(address) = parsed.host_str().and_then(|host| self.address(host)) else {
            return url.to_owned();
        };
        let changed = parsed
            .set_scheme("http")
            .and_then(|()| parsed.set_ip_host(address.ip()))
            .is_ok()
            && parsed.set_port(Some(address.port())).is_ok();
        if changed { parsed.into() } else { url.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_suffix_wins_and_others_stay() {
        let hosts = Hosts::default();
        hosts.set("kith.internal", "127.0.0.1:1000".parse().unwrap());
        hosts.set("posts.kith.internal", "127.0.0.1:2000".parse().unwrap());
        assert_eq!(
            hosts.resolve("https://posts.kith.internal/events/a?b=c"),
            "http://127.0.0.1:2000/events/a?b=c"
        );
        assert_eq!(
            hosts.resolve("http://auth.kith.internal/"),
            "http://127.0.0.1:1000/"
        );
        assert_eq!(
            hosts.resolve("http://notkith.internal/"),
            "http://notkith.internal/"
        );
        assert_eq!(hosts.resolve("no address"), "no address");
        hosts.set("", "127.0.0.1:9".parse().unwrap());
        assert_eq!(
            hosts.resolve("http://elsewhere.example/a"),
            "http://127.0.0.1:9/a"
        );
        assert_eq!(
            hosts.resolve("http://auth.kith.internal/"),
            "http://127.0.0.1:1000/"
        );
    }
}
