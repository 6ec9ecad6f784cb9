//! What a post says, by the rules.

use contracts::resources::{ReplyPolicy, Visibility};
use contracts::{Check, MediaId, UserId, mentions, tags};
use serde::Deserialize;
use utoipa::ToSchema;

/// The longest text, in characters.
const LONGEST: usize = 5000;
/// The most pictures.
pub(crate) const MOST_MEDIA: usize = 10;
/// The longest description of a picture, in characters.
const LONGEST_ALT: usize = 1000;
/// The most people that an author tags beside those that the text names.
const MOST_TAGGED: usize = 20;

/// What somebody wants a post to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewPost {
    /// Up to 5,000 characters, and not empty unless there are pictures. `#tags` (30 at most) and `@usernames` (20 at most) in it count.
    #[serde(default)]
    #[schema(example = "first light over the bay with @bob #dawn")]
    pub(crate) text: String,
    /// The caller's own uploaded pictures, ten at most, in the order in which they are shown.
    #[serde(default)]
    pub(crate) media: Vec<Attached>,
    /// People to tag beside those that the text names, 20 at most.
    #[serde(default)]
    pub(crate) tagged_user_ids: Vec<UserId>,
    /// Who may see it.
    #[serde(default)]
    pub(crate) visibility: Visibility,
    /// Who may comment on it.
    #[serde(default)]
    pub(crate) reply_policy: ReplyPolicy,
}

/// A picture to be shown with a post.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attached {
    /// The uploaded media.
    pub(crate) media_id: MediaId,
    /// What is to be seen in it; up to 1,000 characters.
    #[schema(example = "the bay before sunrise")]
    pub(crate) alt: Option<String>,
}

/// What a post says, with what follows from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) text: String,
    pub(crate) media: Vec<Attached>,
    /// Names of its hashtags.
    pub(crate) tags: Vec<String>,
    /// Usernames that the text mentions.
    pub(crate) names: Vec<String>,
    pub(crate) tagged: Vec<UserId>,
    pub(crate) visibility: Visibility,
    pub(crate) reply_policy: ReplyPolicy,
}

/// What must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// A text or a picture: a post of one's own.
    Something,
    /// A text: a quote without one would be a repost.
    Text,
    /// Nothing: a repost.
    Nothing,
}

impl Content {
    /// `new` as it may be said; notes in `check` what breaks a rule.
    pub(crate) fn check(check: &mut Check, new: NewPost, needs: Needs) -> Self {
        let text = check.text("/text", &new.text, 0..=LONGEST);
        let enough = match needs {
            Needs::Something => !text.is_empty() || !new.media.is_empty(),
            Needs::Text => !text.is_empty(),
            Needs::Nothing => true,
        };
        check.rule(enough, "/text", "required", "must not be empty");
        let (tags, names) = (tags::find(&text), mentions::find(&text));
        let few = |least: usize, what: &str| format!("at most {least} {what}");
        check.rule(
            tags.len() <= tags::MOST,
            "/text",
            "too_many_tags",
            few(tags::MOST, "hashtags"),
        );
        check.rule(
            names.len() <= mentions::MOST,
            "/text",
            "too_many_mentions",
            few(mentions::MOST, "mentions"),
        );
        let mut tagged = new.tagged_user_ids;
        check.rule(
            tagged.len() <= MOST_TAGGED,
            "/taggedUserIds",
            "too_many",
            few(MOST_TAGGED, "people"),
        );
        tagged.truncate(MOST_TAGGED);
        Self {
            media: check_media(check, new.media),
            text,
            tags,
            names,
            tagged,
            visibility: new.visibility,
            reply_policy: new.reply_policy,
        }
    }
}

fn check_media(check: &mut Check, media: Vec<Attached>) -> Vec<Attached> {
    check.rule(
        media.len() <= MOST_MEDIA,
        "/media",
        "too_many",
        format!("at most {MOST_MEDIA} pictures"),
    );
    let mut checked: Vec<Attached> = Vec::new();
    for (index, attached) in media.into_iter().take(MOST_MEDIA).enumerate() {
        let twice = checked
            .iter()
            .any(|earlier| earlier.media_id == attached.media_id);
        let pointer = format!("/media/{index}");
        check.rule(
            !twice,
            &format!("{pointer}/mediaId"),
            "repeated",
            "every picture once",
        );
        checked.push(Attached {
            alt: check_alt(check, &pointer, attached.alt.as_deref()),
            ..attached
        });
    }
    checked
}

/// What is to be seen in the picture at `pointer`, as it may be said.
pub(crate) fn check_alt(check: &mut Check, pointer: &str, alt: Option<&str>) -> Option<String> {
    check.optional_text(&format!("{pointer}/alt"), alt, 0..=LONGEST_ALT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::Refusal;

    fn new(text: &str) -> NewPost {
        NewPost {
            text: text.to_owned(),
            ..NewPost::default()
        }
    }

    fn picture(alt: &str) -> Attached {
        Attached {
            media_id: MediaId::random(),
            alt: Some(alt.to_owned()),
        }
    }

    fn broken(new: NewPost, needs: Needs) -> Vec<(String, String)> {
        let mut check = Check::new();
        Content::check(&mut check, new, needs);
        match check.done() {
            Err(Refusal::Invalid(errors)) => errors
                .into_iter()
                .map(|error| (error.pointer, error.code.into_owned()))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn what_follows_from_a_text() {
        let content = Content::check(
            &mut Check::new(),
            new(" Hi @Ann, #Dawn over #dawn "),
            Needs::Something,
        );
        assert_eq!(content.text, "Hi @Ann, #Dawn over #dawn");
        assert_eq!(content.tags, ["dawn"]);
        assert_eq!(content.names, ["ann"]);
    }

    #[test]
    fn text_has_its_limits() {
        assert!(broken(new(&"é".repeat(LONGEST)), Needs::Something).is_empty());
        let cases = [
            (String::new(), "required"),
            (" \t".to_owned(), "required"),
            ("é".repeat(LONGEST + 1), "too_long"),
            ("a\u{0}".to_owned(), "control_character"),
        ];
        for (text, code) in cases {
            assert_eq!(
                broken(new(&text), Needs::Something),
                one("/text", code),
                "{text:?}"
            );
        }
        assert!(broken(new(""), Needs::Nothing).is_empty());
        let with_picture = NewPost {
            media: vec![picture("")],
            ..new("")
        };
        assert!(broken(with_picture.clone(), Needs::Something).is_empty());
        assert_eq!(broken(with_picture, Needs::Text), one("/text", "required"));
    }

    #[test]
    fn there_is_a_most_of_everything() {
        let many = |mark: &str, count: usize| {
            let words: Vec<String> = (0..count).map(|n| format!("{mark}name{n}")).collect();
            words.join(" ")
        };
        assert!(broken(new(&many("#", tags::MOST)), Needs::Something).is_empty());
        assert_eq!(
            broken(new(&many("#", tags::MOST + 1)), Needs::Something),
            one("/text", "too_many_tags")
        );
        assert!(broken(new(&many("@", mentions::MOST)), Needs::Something).is_empty());
        assert_eq!(
            broken(new(&many("@", mentions::MOST + 1)), Needs::Something),
            one("/text", "too_many_mentions")
        );
        let pictures = |count| NewPost {
            media: (0..count).map(|_| picture("x")).collect(),
            ..new("x")
        };
        assert!(broken(pictures(MOST_MEDIA), Needs::Something).is_empty());
        assert_eq!(
            broken(pictures(MOST_MEDIA + 1), Needs::Something),
            one("/media", "too_many")
        );
        let tagged = NewPost {
            tagged_user_ids: (0..=MOST_TAGGED).map(|_| UserId::random()).collect(),
            ..new("x")
        };
        assert_eq!(
            broken(tagged, Needs::Something),
            one("/taggedUserIds", "too_many")
        );
    }

    #[test]
    fn pictures_come_once_and_are_described_within_limits() {
        let twice = picture("x");
        let media = vec![twice.clone(), picture(&"é".repeat(LONGEST_ALT + 1)), twice];
        let expected = [
            one("/media/1/alt", "too_long"),
            one("/media/2/mediaId", "repeated"),
        ]
        .concat();
        assert_eq!(broken(NewPost { media, ..new("x") }, Needs::Something), expected);
    }
}
