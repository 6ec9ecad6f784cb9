//! Which limit a request is under.

use axum::http::{HeaderMap, Method, header};

/// What requests are limited by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RouteClass {
    /// What only reads.
    Read,
    /// What changes something.
    Write,
    /// What takes passwords, codes and tokens.
    Auth,
    /// What begins or brings files.
    Upload,
}

impl RouteClass {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Auth, Self::Upload];

    /// Its name in configuration, headers and keys.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Auth => "auth",
            Self::Upload => "upload",
        }
    }

    /// The class of a request; none for what is not limited here: keys and health, hubs (which have limits of their own), pushes and schedules.
    pub(crate) fn of(method: &Method, path: &str, headers: &HeaderMap) -> Option<Self> {
        let path = path.strip_prefix("/api/")?;
        let safe = method.is_safe();
        let class = if path.starts_with("auth/") && !safe {
            Self::Auth
        } else if path.ends_with("/upload-url") || brings_files(headers) {
            Self::Upload
        } else if safe || path.ends_with("/batch") {
            Self::Read
        } else {
            Self::Write
        };
        Some(class)
    }
}

fn brings_files(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::CONTENT_TYPE);
    let sent = sent.and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.trim_start()
        .get(..10)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_each_kind_of_request() {
        let none = HeaderMap::new();
        let mut files = HeaderMap::new();
        let form = "Multipart/form-data; boundary=x".parse().unwrap();
        files.insert(header::CONTENT_TYPE, form);
        for (method, path, headers, expected) in [
            (Method::GET, "/api/feed", &none, Some(RouteClass::Read)),
            (Method::GET, "/api/auth/me", &none, Some(RouteClass::Read)),
            (Method::POST, "/api/profiles/batch", &none, Some(RouteClass::Read)),
            (Method::POST, "/api/posts", &none, Some(RouteClass::Write)),
            (Method::DELETE, "/api/posts/1", &none, Some(RouteClass::Write)),
            (Method::POST, "/api/posts", &files, Some(RouteClass::Upload)),
            (
                Method::POST,
                "/api/media/upload-url",
                &none,
                Some(RouteClass::Upload),
            ),
            (Method::POST, "/api/auth/login", &none, Some(RouteClass::Auth)),
            (Method::PUT, "/api/auth/username", &none, Some(RouteClass::Auth)),
            (Method::GET, "/.well-known/jwks.json", &none, None),
            (Method::POST, "/events/posts-x", &none, None),
            (Method::POST, "/hubs/feed/negotiate", &none, None),
        ] {
            assert_eq!(
                RouteClass::of(&method, path, headers),
                expected,
                "{method} {path}"
            );
        }
    }
}
