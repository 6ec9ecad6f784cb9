//! Who is to hear of something new.

use super::Note;
use contracts::resources::NotificationKind;
use contracts::{Subject, Timestamp, UserId};

/// Something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) subject: Subject,
    pub(crate) author_id: UserId,
    pub(crate) published_at: Timestamp,
}

impl Note {
    /// Somebody who has the bell on for the author; not the author. Only posts and videos are news.
    pub(crate) fn of_news(news: &News, reader: UserId) -> Option<Self> {
        let kind = match news.subject {
            Subject::Post(_) => NotificationKind::NewPost,
            Subject::Video(_) => NotificationKind::NewVideo,
            Subject::Comment(_) | Subject::User(_) => return None,
        };
        (reader != news.author_id).then(|| Self {
            recipient: reader,
            kind,
            target: news.subject,
            actor: Some(news.author_id),
            needs: vec![news.subject],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{CommentId, PostId, VideoId};

    #[test]
    fn posts_and_videos_are_news_to_others() {
        let (ann, bob) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let kind = |subject, reader| {
            let news = News {
                subject,
                author_id: ann,
                published_at: Timestamp::EPOCH,
            };
            Note::of_news(&news, reader).map(|note| (note.kind, note.actor))
        };
        let post = Subject::Post(PostId::from_bytes([3; 16]));
        let video = Subject::Video(VideoId::from_bytes([3; 16]));
        let comment = Subject::Comment(CommentId::from_bytes([3; 16]));
        assert_eq!(kind(post, bob), Some((NotificationKind::NewPost, Some(ann))));
        assert_eq!(kind(video, bob), Some((NotificationKind::NewVideo, Some(ann))));
        assert_eq!((kind(post, ann), kind(comment, bob)), (None, None));
    }
}
