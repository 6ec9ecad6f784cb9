//! A comment as it is stored, and its rules.

use super::rank::rank;
use access::Author;
use cloud::Document;
use contracts::{Check, CommentId, FieldError, Refusal, Subject, Timestamp, UserId, Version, mentions};
use serde::{Deserialize, Serialize};

/// The longest text, in characters.
const LONGEST: usize = 2000;

/// A comment as it is stored, in `comments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredComment {
    /// Which.
    pub comment_id: CommentId,
    /// What it is a comment on.
    pub subject: Subject,
    /// What it stands right under: the subject, or the comment it replies to.
    pub thread: Subject,
    /// Who wrote it.
    pub author_id: UserId,
    /// Their username when they wrote it.
    pub username: String,
    /// Empty when deleted.
    pub text: String,
    /// Who is named in the text.
    #[serde(default)]
    pub mentions: Vec<UserId>,
    /// How the text names each of them, in lower case.
    #[serde(default)]
    pub names: Vec<String>,
    /// Its author took it back.
    pub deleted: bool,
    /// Lists show it: it is not deleted, or it has replies that lists show.
    pub listed: bool,
    /// Its place among the best, see the module `rank`.
    #[serde(default)]
    pub rank: i64,
    /// Counts its changes.
    pub version: Version,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
}

impl Document for StoredComment {
    fn id(&self) -> String {
        self.comment_id.to_string()
    }
}

/// Somebody who is named, and how, in lower case.
pub(crate) type Mention = (UserId, String);

/// What somebody wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    text: String,
    parent: Option<CommentId>,
}

impl NewComment {
    /// `text` as a comment, or as a reply to `parent`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]: not 1 to 2,000 characters, or control characters.
    pub fn check(text: &str, parent: Option<CommentId>) -> Result<Self, Refusal> {
        let mut check = Check::new();
        let text = check.text("/text", text, 1..=LONGEST);
        check.done()?;
        Ok(Self { text, parent })
    }

    /// What it replies to.
    pub(crate) fn parent(&self) -> Option<CommentId> {
        self.parent
    }

    /// What is said.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// It, as it is stored: by `author`, on `subject`, now, naming these.
    pub(crate) fn write(
        self,
        subject: Subject,
        author: &Author,
        people: Vec<Mention>,
        now: Timestamp,
    ) -> StoredComment {
        let (mentions, names) = people.into_iter().unzip();
        StoredComment {
            comment_id: CommentId::random(),
            subject,
            thread: self.parent.map_or(subject, Subject::Comment),
            author_id: author.user_id,
            username: author.username.clone(),
            text: self.text,
            mentions,
            names,
            deleted: false,
            listed: true,
            rank: rank(0, now),
            version: Version::FIRST,
            created_at: now,
            edited_at: None,
        }
    }
}

impl StoredComment {
    /// The comment it replies to.
    pub fn parent(&self) -> Option<CommentId> {
        match self.thread {
            Subject::Comment(id) => Some(id),
            Subject::Post(_) | Subject::Video(_) | Subject::User(_) => None,
        }
    }

    /// Who wrote it.
    pub(crate) fn author(&self) -> Author {
        Author {
            user_id: self.author_id,
            username: self.username.clone(),
        }
    }

    /// Whether it can be replied to on `subject`. What is not there and what is deleted look alike.
    pub(crate) fn takes_replies(parent: Option<&Self>, subject: Subject) -> Result<(), Refusal> {
        if parent.is_some_and(|parent| parent.subject == subject && !parent.deleted) {
            return Ok(());
        }
        Err(Refusal::Invalid(vec![FieldError::new(
            "/parentCommentId",
            "unknown_comment",
            "there is no such comment here",
        )]))
    }

    /// Whether `caller`, who may see it, may change it: only its author.
    pub(crate) fn may_edit(&self, caller: UserId) -> Result<(), Refusal> {
        if caller == self.author_id {
            return Ok(());
        }
        Err(Refusal::denied(
            "not_the_author",
            "only its author may change a comment",
        ))
    }

    /// It, with what is said now, naming these. The same again is no change.
    pub(crate) fn edited(self, new: &NewComment, people: Vec<Mention>, now: Timestamp) -> Self {
        if self.text == new.text {
            return self;
        }
        let (mentions, names) = people.into_iter().unzip();
        Self {
            text: new.text.clone(),
            mentions,
            names,
            version: self.version.next(),
            edited_at: Some(now),
            ..self
        }
    }

    /// What it means that `caller` wants it gone: nothing to do, or may do it, or may not. Its author may, and who owns what it is under; once is
    /// enough.
    pub(crate) fn may_delete(&self, caller: UserId, root_owner: UserId) -> Result<Deletion, Refusal> {
        if caller == self.author_id || caller == root_owner {
            return Ok(if self.deleted {
                Deletion::Done
            } else {
                Deletion::ToDo
            });
        }
        if !self.listed {
            return Err(Refusal::NotFound);
        }
        Err(Refusal::denied(
            "not_the_author",
            "only its author and who owns what it is under may delete a comment",
        ))
    }

    /// It, naming `user` no more: their username is gone from the text too.
    pub(crate) fn without(mut self, user: UserId) -> Self {
        while let Some(at) = self.mentions.iter().position(|id| *id == user) {
            self.mentions.remove(at);
            if at < self.names.len() {
                self.text = mentions::without(&self.text, &self.names.remove(at));
            }
        }
        Self {
            version: self.version.next(),
            ..self
        }
    }

    /// It, taken back.
    pub(crate) fn tombstone(self, has_replies: bool) -> Self {
        Self {
            text: String::new(),
            mentions: Vec::new(),
            names: Vec::new(),
            edited_at: None,
            deleted: true,
            listed: has_replies,
            version: self.version.next(),
            ..self
        }
    }
}

/// Whether a deletion is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deletion {
    ToDo,
    Done,
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{PostId, VideoId};

    fn comment(parent: Option<CommentId>) -> StoredComment {
        let author = Author {
            user_id: UserId::random(),
            username: "ann".to_owned(),
        };
        let new = NewComment::check(" nice ", parent).unwrap();
        new.write(
            Subject::Post(PostId::random()),
            &author,
            Vec::new(),
            Timestamp::EPOCH,
        )
    }

    #[test]
    fn a_reply_stands_in_its_parents_thread() {
        let top = comment(None);
        assert_eq!(
            (top.thread, top.parent(), top.text.as_str()),
            (top.subject, None, "nice")
        );
        let reply = comment(Some(top.comment_id));
        assert_eq!(reply.thread, Subject::Comment(top.comment_id));
        assert_eq!(reply.parent(), Some(top.comment_id));
    }

    #[test]
    fn text_has_its_limits() {
        assert!(NewComment::check(&"é".repeat(LONGEST), None).is_ok());
        for bad in [
            String::new(),
            "  \n ".to_owned(),
            "é".repeat(LONGEST + 1),
            "a\u{7}".to_owned(),
        ] {
            assert!(
                matches!(NewComment::check(&bad, None), Err(Refusal::Invalid(_))),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn only_what_is_there_takes_replies() {
        let top = comment(None);
        let elsewhere = Subject::Video(VideoId::random());
        assert!(StoredComment::takes_replies(Some(&top), top.subject).is_ok());
        assert!(StoredComment::takes_replies(Some(&top), elsewhere).is_err());
        assert!(StoredComment::takes_replies(None, top.subject).is_err());
        let gone = top.clone().tombstone(true);
        assert!(StoredComment::takes_replies(Some(&gone), top.subject).is_err());
    }

    #[test]
    fn author_and_owner_delete_and_once_is_enough() {
        let top = comment(None);
        let (owner, other) = (UserId::random(), UserId::random());
        let may = |comment: &StoredComment, caller| comment.may_delete(caller, owner);
        assert_eq!(may(&top, top.author_id), Ok(Deletion::ToDo));
        assert_eq!(may(&top, owner), Ok(Deletion::ToDo));
        assert!(matches!(may(&top, other), Err(Refusal::Denied { .. })));
        let shown = top.clone().tombstone(true);
        assert_eq!(may(&shown, top.author_id), Ok(Deletion::Done));
        assert_eq!(may(&shown, owner), Ok(Deletion::Done));
        assert!(matches!(may(&shown, other), Err(Refusal::Denied { .. })));
        let hidden = top.clone().tombstone(false);
        assert_eq!(may(&hidden, top.author_id), Ok(Deletion::Done));
        assert_eq!(may(&hidden, other), Err(Refusal::NotFound));
        assert_eq!(
            (hidden.text.as_str(), hidden.version),
            ("", Version::FIRST.next())
        );
    }

    #[test]
    fn who_is_erased_is_not_named_any_more() {
        let author = Author {
            user_id: UserId::random(),
            username: "ann".to_owned(),
        };
        let (bob, cas) = (UserId::random(), UserId::random());
        let named = vec![(bob, "bob".to_owned()), (cas, "cas".to_owned())];
        let new = NewComment::check("@Bob and @cas, bob", None).unwrap();
        let comment = new.write(Subject::Post(PostId::random()), &author, named, Timestamp::EPOCH);
        let without = comment.without(bob);
        assert_eq!(without.text, "@… and @cas, bob");
        assert_eq!(
            (without.mentions, without.names),
            (vec![cas], vec!["cas".to_owned()])
        );
    }

    #[test]
    fn another_text_is_another_version_and_the_same_is_not() {
        let top = comment(None);
        let edited = |text| {
            let new = NewComment::check(text, None).unwrap();
            top.clone().edited(&new, Vec::new(), Timestamp::from_millis(7))
        };
        assert_eq!(edited(" nice"), top);
        let changed = edited("nicer");
        assert_eq!(
            (changed.text.as_str(), changed.version),
            ("nicer", top.version.next())
        );
        assert_eq!(changed.edited_at, Some(Timestamp::from_millis(7)));
        assert!(top.may_edit(top.author_id).is_ok());
        assert!(matches!(
            top.may_edit(UserId::random()),
            Err(Refusal::Denied { .. })
        ));
    }
}
