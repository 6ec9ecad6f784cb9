//! Who is to hear that a post names them, or shares theirs.

use super::Note;
use contracts::Subject;
use contracts::events::posts::{PostShared, UserMentioned};
use contracts::resources::NotificationKind;

impl Note {
    /// Who is named in a post or comment; not by themself.
    pub(crate) fn of_mention(event: &UserMentioned) -> Option<Self> {
        (event.user_id != event.author_id).then(|| Self {
            recipient: event.user_id,
            kind: NotificationKind::Mention,
            target: event.subject,
            actor: Some(event.author_id),
            needs: vec![event.subject],
        })
    }

    /// Whose post was reposted or quoted; not by themself. The repost must be there for them: it is what they are shown.
    pub(crate) fn of_share(event: &PostShared) -> Option<Self> {
        let target = Subject::Post(event.shared_post_id);
        (event.shared_author_id != event.author_id).then(|| Self {
            recipient: event.shared_author_id,
            kind: NotificationKind::Share,
            target,
            actor: Some(event.author_id),
            needs: vec![Subject::Post(event.post_id), target],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{PostId, UserId};

    fn person(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    #[test]
    fn who_is_named_hears_of_it_and_nobody_of_themself() {
        let mention = |user: u8, author: u8| UserMentioned {
            user_id: person(user),
            author_id: person(author),
            subject: Subject::Post(PostId::from_bytes([9; 16])),
            root: Subject::Post(PostId::from_bytes([9; 16])),
        };
        let note = Note::of_mention(&mention(1, 2)).unwrap();
        assert_eq!((note.recipient, note.actor), (person(1), Some(person(2))));
        assert_eq!(Note::of_mention(&mention(1, 1)), None);
    }

    #[test]
    fn shares_of_a_post_are_folded_and_nobody_hears_of_their_own() {
        let share = |post: u8, author: u8| PostShared {
            post_id: PostId::from_bytes([post; 16]),
            author_id: person(author),
            shared_post_id: PostId::from_bytes([9; 16]),
            shared_author_id: person(1),
            quote: false,
        };
        let (one, other) = (
            Note::of_share(&share(2, 2)).unwrap(),
            Note::of_share(&share(3, 3)).unwrap(),
        );
        assert_eq!((one.kind, one.target), (other.kind, other.target));
        assert_eq!(one.recipient, person(1));
        assert_eq!(Note::of_share(&share(4, 1)), None);
    }
}
