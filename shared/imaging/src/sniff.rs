//! What bytes are, by their beginning: the signatures of <https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern>, and of what else people send.

/// What bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed {
    /// Its media type; `application/zip` for everything that is a ZIP archive inside, `text/plain` for all text without a more telling beginning.
    pub media_type: &'static str,
    /// What to call it before people, with its article.
    pub name: &'static str,
}

/// What stands at which place of the bytes, and what they then are.
type Signature = (usize, &'static [u8], &'static str, &'static str);

const SIGNATURES: [Signature; 24] = [
    (0, b"\xff\xd8\xff", "image/jpeg", "a JPEG image"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "a PNG image"),
    (0, b"GIF87a", "image/gif", "a GIF image"),
    (0, b"GIF89a", "image/gif", "a GIF image"),
    (8, b"WEBP", "image/webp", "a WebP image"),
    (8, b"WAVE", "audio/wav", "a WAVE recording"),
    (8, b"AVI ", "video/x-msvideo", "an AVI video"),
    (4, b"ftypheic", "image/heic", "a HEIC image"),
    (4, b"ftypheix", "image/heic", "a HEIC image"),
    (4, b"ftypmif1", "image/heif", "a HEIF image"),
    (4, b"ftypavif", "image/avif", "an AVIF image"),
    (4, b"ftyp", "video/mp4", "an MP4 file"),
    (0, b"II*\0", "image/tiff", "a TIFF image"),
    (0, b"MM\0*", "image/tiff", "a TIFF image"),
    (0, b"%PDF-", "application/pdf", "a PDF document"),
    (0, b"PK\x03\x04", "application/zip", "a ZIP archive"),
    (0, b"\x1f\x8b\x08", "application/gzip", "a gzip archive"),
    (
        0,
        b"7z\xbc\xaf\x27\x1c",
        "application/x-7z-compressed",
        "a 7z archive",
    ),
    (0, b"Rar!\x1a\x07", "application/vnd.rar", "a RAR archive"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm", "a Matroska or WebM file"),
    (0, b"OggS", "application/ogg", "an Ogg file"),
    (0, b"ID3", "audio/mpeg", "an MP3 recording"),
    (0, b"\x7fELF", "application/x-executable", "a program"),
    (0, b"MZ", "application/x-executable", "a program"),
];

/// How texts begin that browsers would run or render, in lower case.
const MARKUP: [(&str, &str, &str); 6] = [
    ("<!doctype html", "text/html", "a web page"),
    ("<html", "text/html", "a web page"),
    ("<script", "text/html", "a web page"),
    ("<body", "text/html", "a web page"),
    ("<svg", "image/svg+xml", "an SVG drawing"),
    ("<?xml", "text/xml", "an XML document"),
];

/// What bytes are; nothing when there are none, or when they are nothing known. The beginning is enough: a few hundred bytes.
pub fn sniff(bytes: &[u8]) -> Option<Sniffed> {
    let signed = SIGNATURES.iter().find(|(at, signature, ..)| {
        let riff = signature.len() > 4 || *at != 8 || bytes.starts_with(b"RIFF");
        riff && bytes.get(*at..).is_some_and(|rest| rest.starts_with(signature))
    });
    if let Some((_, _, media_type, name)) = signed {
        return Some(Sniffed { media_type, name });
    }
    text(bytes)
}

fn text(bytes: &[u8]) -> Option<Sniffed> {
    // the beginning may end within a character
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let spoken = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if text.is_empty() || !text.chars().all(spoken) {
        return None;
    }
    let begin: String = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .chars()
        .take(20)
        .collect();
    let begin = begin.to_ascii_lowercase();
    let markup = MARKUP.iter().find(|(tag, ..)| begin.starts_with(tag));
    let (media_type, name) = markup.map_or(("text/plain", "a text"), |(_, media_type, name)| {
        (*media_type, *name)
    });
    Some(Sniffed { media_type, name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;

    #[test]
    fn bytes_are_what_they_begin_with() {
        let is = |bytes: &[u8]| sniff(bytes).map(|sniffed| sniffed.media_type);
        let table: [(&[u8], Option<&str>); 17] = [
            (b"", None),
            (b"\xff\xd8\xff\xe0....", Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n....", Some("image/png")),
            (b"GIF89a....", Some("image/gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"RIXX\0\0\0\0WEBPVP8 ", None),
            (b"\0\0\0\x18ftypheic", Some("image/heic")),
            (b"\0\0\0\x18ftypisom", Some("video/mp4")),
            (b"%PDF-1.7", Some("application/pdf")),
            (b" %PDF-1.7", Some("text/plain")),
            (b"PK\x03\x04\x14\0", Some("application/zip")),
            (b"\n <!DOCTYPE HTML><p>", Some("text/html")),
            ("\u{feff}<svg onload=x>".as_bytes(), Some("image/svg+xml")),
            ("name,age\nZo\u{eb},7\n".as_bytes(), Some("text/plain")),
            (b"name\0age", None),
            (b"caf\xc3", Some("text/plain")),
            (b"caf\xe9 au lait", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(is(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn every_format_that_is_taken_is_known() {
        for format in Format::ALL {
            assert!(
                SIGNATURES
                    .iter()
                    .any(|(_, _, media_type, _)| *media_type == format.media_type())
            );
        }
    }
}
