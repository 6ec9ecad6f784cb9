//! What people comment on and react to.

use crate::{CommentId, ParseIdError, PostId, ThingId, UserId, VideoId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// The kinds of things that can be engaged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A post.
    Post,
    /// A comment.
    Comment,
    /// A video or short.
    Video,
    /// A person (who is followed).
    User,
}

/// One thing that is engaged with; `post:7b0f...` on the wire and in document ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A post.
    Post(PostId),
    /// A comment.
    Comment(CommentId),
    /// A video or short.
    Video(VideoId),
    /// A person.
    User(UserId),
}

/// The text is not `kind:id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseSubjectError;

impl fmt::Display for ParseSubjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a subject of the form kind:id")
    }
}

impl std::error::Error for ParseSubjectError {}

impl From<ParseIdError> for ParseSubjectError {
    fn from(_: ParseIdError) -> Self {
        Self
    }
}

impl Subject {
    /// The thing of this kind and id.
    pub const fn of(kind: SubjectKind, id: ThingId) -> Self {
        let bytes = *id.as_bytes();
        match kind {
            SubjectKind::Post => Self::Post(PostId::from_bytes(bytes)),
            SubjectKind::Comment => Self::Comment(CommentId::from_bytes(bytes)),
            SubjectKind::Video => Self::Video(VideoId::from_bytes(bytes)),
            SubjectKind::User => Self::User(UserId::from_bytes(bytes)),
        }
    }

    /// Its id, without its kind.
    pub const fn id(&self) -> ThingId {
        ThingId::from_bytes(match self {
            Self::Post(id) => *id.as_bytes(),
            Self::Comment(id) => *id.as_bytes(),
            Self::Video(id) => *id.as_bytes(),
            Self::User(id) => *id.as_bytes(),
        })
    }

    /// Its kind.
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::Post(_) => SubjectKind::Post,
            Self::Comment(_) => SubjectKind::Comment,
            Self::Video(_) => SubjectKind::Video,
            Self::User(_) => SubjectKind::User,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Post(id) => write!(f, "post:{id}"),
            Self::Comment(id) => write!(f, "comment:{id}"),
            Self::Video(id) => write!(f, "video:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl FromStr for Subject {
    type Err = ParseSubjectError;

    fn from_str(text: &str) -> Result<Self, ParseSubjectError> {
        match text.split_once(':').ok_or(ParseSubjectError)? {
            ("post", id) => Ok(Self::Post(id.parse()?)),
            ("comment", id) => Ok(Self::Comment(id.parse()?)),
            ("video", id) => Ok(Self::Video(id.parse()?)),
            ("user", id) => Ok(Self::User(id.parse()?)),
            _ => Err(ParseSubjectError),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = ParseSubjectError;

    fn try_from(text: String) -> Result<Self, ParseSubjectError> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_survives_the_wire() {
        for subject in [
            Subject::Post(PostId::random()),
            Subject::Comment(CommentId::random()),
            Subject::Video(VideoId::random()),
            Subject::User(UserId::random()),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
            assert_eq!(Subject::of(subject.kind(), subject.id()), subject);
        }
        for bad in [
            "",
            "post",
            "post:",
            "post:1",
            "boat:7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a",
        ] {
            assert_eq!(bad.parse::<Subject>(), Err(ParseSubjectError));
        }
    }
}
