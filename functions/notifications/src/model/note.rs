//! Who is to hear of an event.

use contracts::events::graph::{FollowRequested, UserFollowed};
use contracts::events::posts::{CommentCreated, ReactionAdded};
use contracts::resources::NotificationKind;
use contracts::{Subject, UserId, VideoId};

/// What one person is to hear of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) recipient: UserId,
    pub(crate) kind: NotificationKind,
    /// What it is about: notes of one kind and target are folded.
    pub(crate) target: Subject,
    /// Who did it; nobody did when a video is ready.
    pub(crate) actor: Option<UserId>,
    /// What the recipient must still be able to see, or there is nothing to tell any more.
    pub(crate) needs: Vec<Subject>,
}

impl Note {
    /// The author of the comment that was replied to, and the owner of what was commented on. Nobody hears of what they did themself, and
    /// who is both hears of the reply alone.
    pub(crate) fn of_comment(event: &CommentCreated) -> Vec<Self> {
        let actor = event.author_id;
        let comment = Subject::Comment(event.comment_id);
        let note = |recipient, kind, target| Self {
            recipient,
            kind,
            target,
            actor: Some(actor),
            needs: vec![comment, target],
        };
        let parent = event.parent_comment_id.zip(event.parent_author_id);
        let reply = parent
            .filter(|(_, author)| *author != actor)
            .map(|(parent, author)| note(author, NotificationKind::Reply, Subject::Comment(parent)));
        let owner = event.subject_owner_id;
        let heard = reply.as_ref().is_some_and(|reply| reply.recipient == owner);
        let comment =
            (owner != actor && !heard).then(|| note(owner, NotificationKind::Comment, event.subject));
        reply.into_iter().chain(comment).collect()
    }

    /// The owner of what was reacted to; not when the reaction only became another.
    pub(crate) fn of_reaction(event: &ReactionAdded) -> Option<Self> {
        let new = event.previous.is_none() && event.user_id != event.subject_owner_id;
        new.then(|| Self {
            recipient: event.subject_owner_id,
            kind: NotificationKind::Reaction,
            target: event.subject,
            actor: Some(event.user_id),
            needs: vec![event.subject],
        })
    }

    /// Who is followed; who was accepted, when they had asked to. The target is the one who hears of it, so that all of one hour are folded.
    pub(crate) fn of_follow(event: &UserFollowed) -> Self {
        if event.accepted {
            Self::between(
                event.followee_id,
                event.follower_id,
                NotificationKind::FollowAccepted,
            )
        } else {
            Self::between(event.follower_id, event.followee_id, NotificationKind::Follow)
        }
    }

    /// Who is asked.
    pub(crate) fn of_request(event: &FollowRequested) -> Self {
        Self::between(
            event.follower_id,
            event.followee_id,
            NotificationKind::FollowRequest,
        )
    }

    fn between(actor: UserId, recipient: UserId, kind: NotificationKind) -> Self {
        Self {
            recipient,
            kind,
            target: Subject::User(recipient),
            actor: Some(actor),
            needs: Vec::new(),
        }
    }

    /// The owner of a video that was processed.
    pub(crate) fn of_video(owner: UserId, video: VideoId, kind: NotificationKind) -> Self {
        let target = Subject::Video(video);
        Self {
            recipient: owner,
            kind,
            target,
            actor: None,
            needs: vec![target],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::resources::ReactionType;
    use contracts::{CommentId, PostId};
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn person(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    fn comment(owner: u8, parent: Option<u8>, author: u8) -> CommentCreated {
        CommentCreated {
            comment_id: CommentId::from_bytes([9; 16]),
            subject: Subject::Post(PostId::from_bytes([8; 16])),
            subject_owner_id: person(owner),
            parent_comment_id: parent.map(|_| CommentId::from_bytes([7; 16])),
            parent_author_id: parent.map(person),
            author_id: person(author),
        }
    }

    fn heard(event: &CommentCreated) -> Vec<(UserId, NotificationKind)> {
        Note::of_comment(event)
            .iter()
            .map(|note| (note.recipient, note.kind))
            .collect()
    }

    #[test]
    fn who_hears_of_a_comment() {
        use NotificationKind::{Comment, Reply};
        let (ann, bob, cid) = (1, 2, 3);
        let table: [(CommentCreated, Vec<(UserId, NotificationKind)>); 7] = [
            (comment(ann, None, bob), vec![(person(ann), Comment)]),
            (comment(ann, None, ann), vec![]),
            (
                comment(ann, Some(bob), cid),
                vec![(person(bob), Reply), (person(ann), Comment)],
            ),
            (comment(ann, Some(ann), bob), vec![(person(ann), Reply)]),
            (comment(ann, Some(bob), bob), vec![(person(ann), Comment)]),
            (comment(ann, Some(bob), ann), vec![(person(bob), Reply)]),
            (comment(ann, Some(ann), ann), vec![]),
        ];
        for (event, expected) in table {
            assert_eq!(heard(&event), expected, "{event:?}");
        }
    }

    #[test]
    fn a_changed_reaction_is_no_news() {
        let mut event = ReactionAdded {
            subject: Subject::Post(PostId::from_bytes([8; 16])),
            subject_owner_id: person(1),
            user_id: person(2),
            r#type: ReactionType::Love,
            previous: None,
        };
        assert_eq!(Note::of_reaction(&event).unwrap().recipient, person(1));
        event.previous = Some(ReactionType::Like);
        assert_eq!(Note::of_reaction(&event), None);
        event.previous = None;
        event.user_id = person(1);
        assert_eq!(Note::of_reaction(&event), None, "one's own");
    }

    proptest! {
        #[test]
        fn nobody_hears_of_themself_or_twice(owner in 0_u8..4, parent in prop::option::of(0_u8..4), author in 0_u8..4) {
            let notes = Note::of_comment(&comment(owner, parent, author));
            let recipients: HashSet<UserId> = notes.iter().map(|note| note.recipient).collect();
            prop_assert!(!recipients.contains(&person(author)));
            prop_assert_eq!(recipients.len(), notes.len());
            for other in [Some(owner), parent].into_iter().flatten() {
                prop_assert!(other == author || recipients.contains(&person(other)));
            }
        }
    }
}
