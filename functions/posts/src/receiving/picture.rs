//! Whether bytes may be a picture at all: their first ones say so. What is in it `media` finds out.

/// So many bytes are enough to tell.
pub(super) const ENOUGH: usize = 12;

/// What a file begins like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    Jpeg,
    Png,
    Gif,
    WebP,
}

impl Picture {
    /// What bytes that begin like `first` are; none when no picture begins so.
    pub(super) fn of(first: &[u8]) -> Option<Self> {
        match first {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => None,
        }
    }

    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
        }
    }

    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        let cases: [(&[u8], Option<Picture>); 8] = [
            (b"\xff\xd8\xff\xe0..", Some(Picture::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....", Some(Picture::Png)),
            (b"GIF89a", Some(Picture::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(Picture::WebP)),
            (b"RIFF\0\0\0\0WAVE", None),
            (b"<svg xmlns=", None),
            (b"%PDF-1.7", None),
            (b"", None),
        ];
        for (first, expected) in cases {
            assert_eq!(Picture::of(first), expected, "{first:?}");
        }
    }
}
