//! Where the uploaded bytes are.

use std::io;
use std::path::{Path, PathBuf};

/// The uploaded file, as FFmpeg will read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file on this machine.
    File(PathBuf),
    /// An `http` or `https` address that answers range requests, typically a signed one: a secret.
    Url(String),
}

impl Source {
    /// A file on this machine; a relative path is taken from the current folder.
    pub fn file(path: &Path) -> io::Result<Self> {
        Ok(Self::File(std::path::absolute(path)?))
    }

    /// The protocols FFmpeg may open while it reads this source. A crafted upload can name other files and
    /// addresses (playlists, reference movies); with this list it reaches nothing but its own kind.
    pub fn protocols(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Url(_) => "http,https,tcp,tls",
        }
    }

    /// What FFmpeg takes after `-i`. The `file:` prefix keeps a path from being read as an option or a protocol.
    pub fn input(&self) -> String {
        match self {
            Self::File(path) => format!("file:{}", path.display()),
            Self::Url(url) => url.clone(),
        }
    }

    /// `text` without the address or path of the source: an address is a secret, and neither helps a person.
    pub fn redact(&self, text: &str) -> String {
        match self {
            Self::File(path) => text.replace(&path.display().to_string(), "(source)"),
            Self::Url(url) => {
                let text = text.replace(url, "(source)");
                // a request line names only path and query, and the signature is there
                let path = url.splitn(4, '/').nth(3).filter(|path| !path.is_empty());
                path.map_or_else(|| text.clone(), |path| text.replace(path, "(path)"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_appears_in_what_is_kept() {
        let source = Source::Url("https://example.org/a?sig=secret".into());
        let kept = source.redact("https://example.org/a?sig=secret: Server returned 403 Forbidden");
        assert_eq!(kept, "(source): Server returned 403 Forbidden");
        assert_eq!(
            source.redact("GET /a?sig=secret HTTP/1.1"),
            "GET /(path) HTTP/1.1"
        );
    }

    #[test]
    fn a_path_that_looks_like_an_option_is_a_file() {
        let source = Source::File("/tmp/-y".into());
        assert_eq!(source.input(), "file:/tmp/-y");
    }
}
