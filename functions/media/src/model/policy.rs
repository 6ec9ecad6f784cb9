//! Which uploads are taken.

use super::kinds;
use contracts::resources::MediaKind;
use contracts::{Check, Refusal};

/// An upload as its uploader announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) kind: MediaKind,
    /// In the form that is signed.
    pub(crate) content_type: String,
    pub(crate) size_bytes: u64,
    pub(crate) file_name: Option<String>,
}

/// Which uploads of one kind are taken; configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Media types, lower case, without parameters.
    pub(crate) types: Vec<String>,
    /// The most bytes.
    pub(crate) largest: u64,
}

/// Which uploads are taken; configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) images: Rule,
    pub(crate) files: Rule,
}

impl Policy {
    pub(crate) const fn of(&self, kind: MediaKind) -> &Rule {
        match kind {
            MediaKind::Image => &self.images,
            MediaKind::File => &self.files,
        }
    }

    /// A configured type that could not be told by its bytes.
    pub(crate) fn unknown(&self) -> Option<&str> {
        let of = |kind| {
            self.of(kind)
                .types
                .iter()
                .map(move |media_type| (kind, media_type))
        };
        let mut all = of(MediaKind::Image).chain(of(MediaKind::File));
        all.find(|(kind, media_type)| !kinds::is_known(*kind, media_type))
            .map(|(_, media_type)| media_type.as_str())
    }

    /// The upload with its media type in the form that is signed: lower case, without parameters such as `charset`, by its registered name.
    ///
    /// # Errors
    /// 422 with every broken rule.
    pub(crate) fn check(
        &self,
        kind: MediaKind,
        content_type: &str,
        size_bytes: u64,
        file_name: Option<&str>,
    ) -> Result<Upload, Refusal> {
        let Rule { types, largest } = self.of(kind);
        let mut check = Check::new();
        let content_type = kinds::registered(content_type);
        let taken = format!("one of {}", types.join(", "));
        check.rule(
            types.contains(&content_type),
            "/contentType",
            "unsupported_type",
            taken,
        );
        check.rule(size_bytes > 0, "/sizeBytes", "too_small", "at least one byte");
        let most = format!("at most {largest} bytes");
        check.rule(size_bytes <= *largest, "/sizeBytes", "too_large", most);
        let file_name = check.optional_text("/fileName", file_name, 0..=255);
        let plain = |name: &String| !name.contains(['/', '\\', '\n', '\t']);
        let named = file_name.as_ref().is_none_or(plain);
        check.rule(named, "/fileName", "not_a_name", "a name, without folders");
        check.done()?;
        Ok(Upload {
            kind,
            content_type,
            size_bytes,
            file_name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        let rule = |types: &str, largest| Rule {
            types: types.split(',').map(str::to_owned).collect(),
            largest,
        };
        Policy {
            images: rule("image/jpeg,image/png", 100),
            files: rule("application/pdf,text/plain", 1000),
        }
    }

    #[test]
    fn what_is_taken() {
        let check = |kind, media_type: &str, size, name| policy().check(kind, media_type, size, name);
        let taken = check(MediaKind::Image, " Image/JPG ; q=1", 100, Some(" coast.jpg ")).unwrap();
        assert_eq!(
            (taken.content_type.as_str(), taken.file_name.as_deref()),
            ("image/jpeg", Some("coast.jpg"))
        );
        let table = [
            (MediaKind::Image, "application/pdf", 1, None, vec!["/contentType"]),
            (MediaKind::File, "image/png", 1, None, vec!["/contentType"]),
            (MediaKind::Image, "", 0, None, vec!["/contentType", "/sizeBytes"]),
            (MediaKind::Image, "image/png", 101, None, vec!["/sizeBytes"]),
            (
                MediaKind::File,
                "text/plain",
                101,
                Some("../x"),
                vec!["/fileName"],
            ),
            (MediaKind::File, "text/plain", 1, Some("a\nb"), vec!["/fileName"]),
        ];
        for (kind, media_type, size, name, wrong) in table {
            let Err(Refusal::Invalid(errors)) = check(kind, media_type, size, name) else {
                panic!("{kind:?} {media_type} {size} is taken")
            };
            let found: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
            assert_eq!(found, wrong, "{kind:?} {media_type} {size}");
        }
    }

    #[test]
    fn only_types_that_can_be_told_may_be_configured() {
        assert_eq!(policy().unknown(), None);
        let mut wrong = policy();
        wrong.files.types.push("text/html".to_owned());
        assert_eq!(wrong.unknown(), Some("text/html"));
        let mut wrong = policy();
        wrong.images.types.push("image/heic".to_owned());
        assert_eq!(wrong.unknown(), Some("image/heic"));
    }
}
