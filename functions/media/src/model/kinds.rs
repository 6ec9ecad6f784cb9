//! The media types that are taken: what their bytes look like, and what their files' names end in.

use contracts::resources::{MediaFailure, MediaKind};
use imaging::{Format, Sniffed, sniff};

/// A file's type: what its bytes are to look like, and what its name ends in.
type FileType = (&'static str, Looks, &'static str);

/// What bytes can look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// As this type, by signature.
    Like(&'static str),
    /// As text; of whatever kind, it is served as what it was said to be, to be downloaded.
    Text,
}

const ZIP: Looks = Looks::Like("application/zip");

const FILES: [FileType; 15] = [
    ("application/pdf", Looks::Like("application/pdf"), "pdf"),
    ("text/plain", Looks::Text, "txt"),
    ("text/csv", Looks::Text, "csv"),
    ("text/markdown", Looks::Text, "md"),
    ("application/json", Looks::Text, "json"),
    ("application/zip", ZIP, "zip"),
    ("application/gzip", Looks::Like("application/gzip"), "gz"),
    (
        "application/x-7z-compressed",
        Looks::Like("application/x-7z-compressed"),
        "7z",
    ),
    ("application/epub+zip", ZIP, "epub"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ZIP,
        "docx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ZIP,
        "xlsx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ZIP,
        "pptx",
    ),
    ("application/vnd.oasis.opendocument.text", ZIP, "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", ZIP, "ods"),
    ("application/vnd.oasis.opendocument.presentation", ZIP, "odp"),
];

/// Other names that people use.
const ALIASES: [(&str, &str); 5] = [
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("image/x-png", "image/png"),
    ("application/x-zip-compressed", "application/zip"),
    ("application/x-gzip", "application/gzip"),
];

/// The bytes are not what they were said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lie(pub(crate) MediaFailure);

/// A media type by its registered name, without parameters.
pub(crate) fn registered(content_type: &str) -> String {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == essence);
    alias.map_or(essence, |(_, name)| (*name).to_owned())
}

/// Whether bytes can be told to be of this type.
pub(crate) fn is_known(kind: MediaKind, content_type: &str) -> bool {
    match kind {
        MediaKind::Image => Format::of_media_type(content_type).is_some(),
        MediaKind::File => file(content_type).is_some(),
    }
}

/// What the names of its files end in.
pub(crate) fn extension(content_type: &str) -> &'static str {
    let image = Format::of_media_type(content_type).map(Format::extension);
    let file = || file(content_type).map(|(_, _, extension)| *extension);
    image.or_else(file).unwrap_or("bin")
}

/// Whether bytes that begin so are what they were said to be.
pub(crate) fn honest(content_type: &str, beginning: &[u8]) -> Result<(), Lie> {
    let sniffed = sniff(beginning);
    let found = sniffed.map(|sniffed| sniffed.media_type);
    let is_so = match file(content_type) {
        Some((_, Looks::Like(like), _)) => found == Some(like),
        Some((_, Looks::Text, _)) => found.is_some_and(is_text),
        None => found == Some(content_type),
    };
    if is_so {
        Ok(())
    } else {
        Err(lie(content_type, beginning.is_empty(), sniffed))
    }
}

fn lie(content_type: &str, empty: bool, sniffed: Option<Sniffed>) -> Lie {
    let (code, detail) = match sniffed {
        _ if empty => ("empty", "The file is empty.".to_owned()),
        Some(sniffed) => (
            "not_the_type",
            format!("The file is {}, not {content_type}.", sniffed.name),
        ),
        None => ("not_the_type", format!("The file is not {content_type}.")),
    };
    Lie(MediaFailure {
        code: code.to_owned(),
        detail,
    })
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type == "image/svg+xml"
}

fn file(content_type: &str) -> Option<&'static FileType> {
    FILES.iter().find(|(media_type, ..)| *media_type == content_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lie_is_named() {
        let code = |content_type, bytes: &[u8]| match honest(content_type, bytes) {
            Ok(()) => String::new(),
            Err(Lie(failure)) => format!("{}: {}", failure.code, failure.detail),
        };
        assert_eq!(code("image/png", b"\x89PNG\r\n\x1a\n.."), "");
        assert_eq!(code("application/pdf", b"%PDF-1.4"), "");
        assert_eq!(code("text/csv", b"a,b\n"), "");
        assert_eq!(
            code("text/plain", b"<!doctype html>"),
            "",
            "as text it does no harm"
        );
        assert_eq!(
            code("application/vnd.oasis.opendocument.text", b"PK\x03\x04.."),
            ""
        );
        assert_eq!(
            code("image/png", b"%PDF-1.4"),
            "not_the_type: The file is a PDF document, not image/png."
        );
        assert_eq!(
            code("image/png", b"\0\x01"),
            "not_the_type: The file is not image/png."
        );
        assert_eq!(
            code("text/plain", b"\x7fELF"),
            "not_the_type: The file is a program, not text/plain."
        );
        assert_eq!(code("image/png", b""), "empty: The file is empty.");
        assert_eq!(
            code("application/pdf", b"GIF89a;%PDF-1.4"),
            "not_the_type: The file is a GIF image, not application/pdf."
        );
    }

    #[test]
    fn names_are_the_registered_ones() {
        assert_eq!(registered("IMAGE/JPG; x=y"), "image/jpeg");
        assert_eq!(registered(" text/Plain ;charset=utf-8"), "text/plain");
        assert_eq!(
            (extension("image/jpeg"), extension("text/csv"), extension("x/y")),
            ("jpg", "csv", "bin")
        );
    }
}
