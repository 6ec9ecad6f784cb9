//! Which uploads are taken.

use contracts::resources::VideoType;
use contracts::{Check, Refusal};
use std::time::Duration;

/// An upload as its uploader announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) r#type: VideoType,
    pub(crate) content_type: String,
    pub(crate) size_bytes: u64,
}

/// Which uploads are taken; configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Media types, lower case, without parameters.
    pub(crate) types: Vec<String>,
    /// The most bytes.
    pub(crate) largest: u64,
    /// How long an address is good.
    pub(crate) good_for: Duration,
}

/// Types of the containers that the pipeline opens.
pub(crate) const TYPES: &str = "video/mp4,video/x-m4v,video/quicktime,video/webm,video/matroska,video/x-matroska,video/avi,video/x-msvideo,\
    video/mpeg,video/mp2t,video/3gpp,video/3gpp2,video/x-flv,video/x-ms-asf,video/x-ms-wmv,video/ogg";

impl Policy {
    /// The upload with its media type in the form that is signed: lower case, without parameters such as `codecs`.
    ///
    /// # Errors
    /// 422 with every broken rule.
    pub(crate) fn check(
        &self,
        r#type: VideoType,
        content_type: &str,
        size_bytes: u64,
    ) -> Result<Upload, Refusal> {
        let mut check = Check::new();
        let content_type = content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        check.rule(
            self.types.contains(&content_type),
            "/contentType",
            "unsupported_type",
            format!("one of {}", self.types.join(", ")),
        );
        check.rule(size_bytes > 0, "/sizeBytes", "too_small", "at least one byte");
        let largest = self.largest;
        check.rule(
            size_bytes <= largest,
            "/sizeBytes",
            "too_large",
            format!("at most {largest} bytes"),
        );
        check.done()?;
        Ok(Upload {
            r#type,
            content_type,
            size_bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken() {
        let policy = Policy {
            types: TYPES.split(',').map(str::to_owned).collect(),
            largest: 100,
            good_for: Duration::from_mins(15),
        };
        let check = |kind: &str, size| policy.check(VideoType::LongForm, kind, size);
        assert_eq!(
            check("Video/MP4; codecs=avc1", 100).unwrap().content_type,
            "video/mp4"
        );
        for (kind, size, wrong) in [
            ("image/png", 1, vec![("/contentType", "unsupported_type")]),
            ("", 1, vec![("/contentType", "unsupported_type")]),
            ("video/webm", 0, vec![("/sizeBytes", "too_small")]),
            (
                "x",
                101,
                vec![("/contentType", "unsupported_type"), ("/sizeBytes", "too_large")],
            ),
        ] {
            let Err(Refusal::Invalid(errors)) = check(kind, size) else {
                panic!("{kind} {size} is taken")
            };
            let found: Vec<_> = errors.iter().map(|e| (e.pointer.as_str(), &*e.code)).collect();
            assert_eq!(found, wrong, "{kind} {size}");
        }
    }
}
