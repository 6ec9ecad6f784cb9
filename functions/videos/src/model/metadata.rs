//! What a video is called and said to be about.

use contracts::{Check, Refusal};

/// The most tags, and the most characters of one.
const TAGS: usize = 30;
const TAG: usize = 50;

/// Checked and normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) tags: Vec<String>,
}

impl Metadata {
    /// A tag given twice counts once.
    ///
    /// # Errors
    /// 422 with every broken rule.
    pub(crate) fn checked(title: &str, description: Option<&str>, tags: &[String]) -> Result<Self, Refusal> {
        let mut check = Check::new();
        let title = check.text("/title", title, 1..=100);
        let description = check.optional_text("/description", description, 0..=5000);
        check.rule(
            tags.len() <= TAGS,
            "/tags",
            "too_many",
            format!("at most {TAGS} tags"),
        );
        let mut clean: Vec<String> = Vec::new();
        for (at, tag) in tags.iter().enumerate().take(TAGS) {
            let tag = check.text(&format!("/tags/{at}"), tag, 1..=TAG);
            if !clean.contains(&tag) {
                clean.push(tag);
            }
        }
        check.done()?;
        Ok(Self {
            title,
            description,
            tags: clean,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pointers(title: &str, description: &str, tags: &[&str]) -> Vec<String> {
        let tags: Vec<String> = tags.iter().copied().map(str::to_owned).collect();
        match Metadata::checked(title, Some(description), &tags) {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.pointer).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_field_has_its_limit() {
        assert!(pointers(&"ü".repeat(100), &"d".repeat(5000), &["a"; 30]).is_empty());
        assert_eq!(
            pointers(" ", &"d".repeat(5001), &["a", "", &"b".repeat(51)]),
            ["/title", "/description", "/tags/1", "/tags/2"]
        );
        assert_eq!(pointers("t", "", &["a"; 31]), ["/tags"]);
    }

    proptest! {
        #[test]
        fn checking_again_changes_nothing(title in "\\PC{1,40}", description in "\\PC{0,40}", tags in prop::collection::vec("[a-c ]{1,3}", 0..9)) {
            if let Ok(once) = Metadata::checked(&title, Some(&description), &tags) {
                let twice = Metadata::checked(&once.title, once.description.as_deref(), &once.tags);
                prop_assert_eq!(twice, Ok(once));
            }
        }
    }
}
