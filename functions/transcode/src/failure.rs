//! Why a video did not become ready.

/// A stable name for each reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// No bytes at all.
    Empty,
    /// The bytes are something else: a picture, a text, an archive.
    NotAVideo,
    /// There is sound, but no moving picture.
    NoPicture,
    /// A video in a codec that we cannot decode.
    UnsupportedCodec,
    /// The file ends before its contents do.
    CutOff,
    /// The file is whole, but too much of it cannot be decoded.
    Damaged,
    /// Longer than a video may be.
    TooLong,
    /// Larger than a picture may be.
    TooLarge,
    /// Smaller than a picture may be.
    TooSmall,
    /// A short longer than a short may be.
    ShortTooLong,
    /// A short that is not vertical 9:16.
    ShortNotVertical,
    /// The stored upload could not be read. Not the uploader's fault; another try may work.
    SourceUnavailable,
    /// Our own fault: a tool is missing, the disk is full, results do not agree. Another try may work.
    Internal,
}

impl Code {
    /// The code on the wire, `snake_case`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::NotAVideo => "not_a_video",
            Self::NoPicture => "no_picture",
            Self::UnsupportedCodec => "unsupported_codec",
            Self::CutOff => "cut_off",
            Self::Damaged => "damaged",
            Self::TooLong => "too_long",
            Self::TooLarge => "too_large",
            Self::TooSmall => "too_small",
            Self::ShortTooLong => "short_too_long",
            Self::ShortNotVertical => "short_not_vertical",
            Self::SourceUnavailable => "source_unavailable",
            Self::Internal => "internal",
        }
    }

    /// Whether the same bytes would fail again: then nothing is tried again.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::SourceUnavailable | Self::Internal)
    }
}

/// A refusal or a mishap: a code, a sentence for the uploader, and notes for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.as_str())]
pub struct Failure {
    /// The stable name of the reason.
    pub code: Code,
    /// What the uploader reads. Never holds an address, a path or a tool's output.
    pub detail: String,
    /// What an engineer reads: the end of FFmpeg's own words, the source's address taken out. May be empty.
    pub notes: String,
}

impl Failure {
    /// A failure that explains itself.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            notes: String::new(),
        }
    }

    /// Our own fault, with what happened for the log.
    pub fn internal(notes: impl Into<String>) -> Self {
        Self {
            code: Code::Internal,
            detail: "Something went wrong on our side while the video was processed.".into(),
            notes: notes.into(),
        }
    }

    /// The same failure with notes for the log.
    pub fn with_notes(mut self, notes: impl Into<String>) -> Self {
        self.notes = notes.into();
        self
    }

    /// The file stops before its contents do.
    pub fn cut_off() -> Self {
        Self::new(
            Code::CutOff,
            "The file is incomplete: it ends before the video does. Please upload it again.",
        )
    }

    /// The file holds something else.
    pub fn not_a_video() -> Self {
        Self::new(
            Code::NotAVideo,
            "The file is not a video in a format that we know.",
        )
    }

    /// The stored upload could not be read.
    pub fn source_unavailable() -> Self {
        Self::new(
            Code::SourceUnavailable,
            "The uploaded file could not be read. We will try again.",
        )
    }
}

/// Whether FFmpeg's words say that the transport failed (the bucket, the network, an expired signature), not the file.
pub fn is_transport_trouble(stderr: &str) -> bool {
    const SIGNS: [&str; 12] = [
        "Connection refused",
        "Connection reset",
        "Connection timed out",
        "Server returned",
        "HTTP error",
        "Stream ends prematurely",
        "Failed to resolve hostname",
        "Network is unreachable",
        "Broken pipe",
        "Protocol not found",
        "Permission denied",
        "No such file or directory",
    ];
    SIGNS.iter().any(|sign| stderr.contains(sign))
}

/// What a refusal to open the file means, from the words FFprobe left (at `-v debug`, redacted).
///
/// An MP4 whose index is at its end cannot be opened once it is cut, and then says "moov atom not found". So does any file
/// that is merely *named* `.mp4`, because the name alone makes the demuxer try; the probe's score tells them apart:
/// 50 is the name, more is the contents.
pub fn why_unreadable(stderr: &str) -> Failure {
    if stderr.contains("HTTP error 416") {
        return Failure::new(Code::Empty, "The file is empty.");
    }
    if is_transport_trouble(stderr) {
        return Failure::source_unavailable();
    }
    let by_contents = score(stderr).is_some_and(|score| score > 50);
    let ended_early = ["moov atom not found", "File ended prematurely", "End of file"]
        .iter()
        .any(|sign| stderr.contains(sign));
    if by_contents && ended_early && !stderr.contains("not on whitelist") {
        return Failure::cut_off();
    }
    Failure::not_a_video()
}

/// The score of the last `probed with size=2048 and score=100` line.
fn score(stderr: &str) -> Option<u32> {
    let (_, after) = stderr.rsplit_once(" and score=")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_reasons() {
        let probed =
            |score: u32| format!("Format mov probed with size=2048 and score={score}\nmoov atom not found");
        let cases = [
            (probed(100), Code::CutOff),
            (probed(50), Code::NotAVideo),
            ("Invalid data found when processing input".into(), Code::NotAVideo),
            (
                "probed with size=2048 and score=99\nFormat not on whitelist 'mov'".into(),
                Code::NotAVideo,
            ),
            (
                "(source): Server returned 403 Forbidden (access denied)".into(),
                Code::SourceUnavailable,
            ),
            (
                "HTTP error 416 Requested Range Not Satisfiable".into(),
                Code::Empty,
            ),
        ];
        for (stderr, code) in cases {
            assert_eq!(why_unreadable(&stderr).code, code, "{stderr}");
        }
    }

    #[test]
    fn only_our_own_faults_are_tried_again() {
        assert!(Code::CutOff.is_final() && Code::NotAVideo.is_final());
        assert!(!Code::Internal.is_final() && !Code::SourceUnavailable.is_final());
    }
}
