//! What an owner may write into their profile.

use contracts::{Check, MediaId, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

/// The whole of what its owner can write: what is left out is removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ProfileEdit)]
pub(crate) struct Edit {
    /// 1 to 50 characters on one line.
    #[schema(example = "Ann")]
    pub(crate) display_name: String,
    /// Up to 500 characters.
    #[schema(example = "I take pictures of mornings.")]
    pub(crate) bio: Option<String>,
    /// An http or https address, up to 200 characters.
    #[schema(example = "https://ann.example")]
    pub(crate) website: Option<String>,
    /// Up to 100 characters on one line.
    #[schema(example = "Lisbon")]
    pub(crate) location: Option<String>,
    /// Whether the account is private; left out, it stays what it is: nobody is exposed by what a client forgot.
    pub(crate) is_private: Option<bool>,
    /// An image of one's own that is ready.
    pub(crate) avatar_media_id: Option<MediaId>,
    /// An image of one's own that is ready.
    pub(crate) banner_media_id: Option<MediaId>,
}

impl Edit {
    /// Trimmed and normalised, with empty texts as none.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every broken rule.
    pub(crate) fn checked(&self) -> Result<Self, Refusal> {
        let mut check = Check::new();
        let edit = Self {
            display_name: check.text("/displayName", &self.display_name, 1..=50),
            bio: check.optional_text("/bio", self.bio.as_deref(), 0..=500),
            website: check.optional_text("/website", self.website.as_deref(), 0..=200),
            location: check.optional_text("/location", self.location.as_deref(), 0..=100),
            is_private: self.is_private,
            avatar_media_id: self.avatar_media_id,
            banner_media_id: self.banner_media_id,
        };
        one_line(&mut check, "/displayName", &edit.display_name);
        one_line(
            &mut check,
            "/location",
            edit.location.as_deref().unwrap_or_default(),
        );
        check.rule(
            edit.website.as_deref().is_none_or(is_web_address),
            "/website",
            "invalid_address",
            "must be an http or https address",
        );
        check.done().map(|()| edit)
    }
}

fn one_line(check: &mut Check, pointer: &str, text: &str) {
    check.rule(
        !text.contains(['\n', '\t']),
        pointer,
        "several_lines",
        "must stand on one line",
    );
}

/// `http` or `https`, a host without a user before it, and nothing that ends an address in running text (RFC 3986, appendix C).
fn is_web_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let in_host = |c: char| c.is_alphanumeric() || "-._:[]".contains(c);
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"`\\^{|}".contains(c);
    let begun = host.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    web && begun && host.chars().all(in_host) && !rest.contains(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(display_name: &str, website: &str) -> Edit {
        Edit {
            display_name: display_name.to_owned(),
            bio: None,
            website: Some(website.to_owned()),
            ..Edit::default()
        }
    }

    #[test]
    fn addresses_of_the_web_and_no_others() {
        for good in [
            "https://ann.example",
            "HTTP://ann.example:8080/a?b#c",
            "https://exämple.com/ü",
            "http://[::1]/",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "ann.example",
            "ftp://ann.example",
            "javascript://ann.example/%0aalert(1)",
            "https://",
            "https:///path",
            "https://ann@example.com",
            "https://a b.example",
            "https://ann.example/\"><script>",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    #[test]
    fn every_broken_rule_is_named() {
        let bad = Edit {
            display_name: "a\nb".to_owned(),
            bio: Some("x".repeat(501)),
            website: Some("x".to_owned()),
            location: Some("x".repeat(101)),
            ..Edit::default()
        };
        let Err(Refusal::Invalid(errors)) = bad.checked() else {
            panic!("it was accepted");
        };
        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/bio", "/location", "/displayName", "/website"]);
    }

    #[test]
    fn empty_texts_are_none() {
        assert_eq!(
            edit(" Ann ", "  ").checked().unwrap(),
            Edit {
                website: None,
                ..edit("Ann", "")
            }
        );
    }

    proptest! {
        #[test]
        fn what_passed_passes_again_unchanged(name in "\\PC{1,60}", website in "(https?://)?[a-z@ ./:]{0,12}") {
            if let Ok(once) = edit(&name, &website).checked() {
                prop_assert_eq!(once.checked(), Ok(once.clone()));
            }
        }
    }
}
