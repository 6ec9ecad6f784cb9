//! Telling who looks at a post how many reacted: at most four times a second a post, across all instances, and the last state always.

use super::Counters;
use crate::{Engagement, store};
use cloud::{Covered, Pace, Result, redis};
use contracts::hub::ReactionUpdated;
use contracts::resources::{CommentCounters, PostCounters};
use contracts::{Audience, CommentId, HubFrame, PostId, Subject};
use futures::future::join;
use std::pin::pin;
use std::time::Duration;

/// The least time between two messages to a post's group.
const APART: Duration = Duration::from_millis(250);
/// Who has waited so long for a count tells meanwhile what Redis has: in a crowd there is one count a second.
const SOON: Duration = Duration::from_millis(100);
/// How long is remembered what was told last, in seconds.
const TOLD: u64 = 60;

/// Where a subject's numbers are told.
#[derive(Debug, Clone, Copy)]
struct Place {
    post_id: PostId,
    comment_id: Option<CommentId>,
}

impl Engagement {
    /// To be called when somebody's reaction to `subject` changed, as often as one likes: counts again, and tells the post's group. Seven reads and a write,
    /// when something changed; for a comment two reads and a write more.
    ///
    /// The event of a change is acknowledged only when a message that was made after it has gone out, so none is lost, whatever dies.
    ///
    /// # Errors
    /// Something is away: it is to be called again.
    pub async fn reactions_changed(&self, subject: Subject) -> Result<()> {
        let place = self.place(subject).await?;
        let mut counting = pin!(self.recount_reactions(subject));
        let covered = if let Ok(counted) = tokio::time::timeout(SOON, &mut counting).await {
            counted?
        } else {
            let (told, counted) = join(self.tell(subject, place), counting).await;
            told?;
            counted?
        };
        match covered {
            Covered::ByMe => self.tell(subject, place).await,
            Covered::ByAnother => Ok(()),
        }
    }

    /// Tells the numbers that are shown of `subject` now, unless they are what was told last.
    async fn tell(&self, subject: Subject, place: Option<Place>) -> Result<()> {
        let Some(place) = place else { return Ok(()) };
        let key = format!("told:post:{}", place.post_id);
        let once = |_| self.tell_once(subject, place);
        let steady = Pace::steady(APART, 1);
        let coalesce = self.cloud.coalesce();
        coalesce
            .cover_parts(&key, &[&subject.to_string()], steady, once)
            .await?;
        Ok(())
    }

    async fn tell_once(&self, subject: Subject, place: Place) -> Result<()> {
        let counters = self.counters(&[subject]).await?;
        let counters = counters.first().copied().unwrap_or_default();
        let event = place.message(counters);
        let now = event.counters.to_string();
        let cache = self.cloud.cache();
        let key = cache.key(&format!("told:{subject}"));
        let told: Option<String> = cache.run(redis::cmd("GET").arg(&key)).await?;
        if told.as_deref() == Some(now.as_str()) {
            return Ok(());
        }
        let group = Audience::Group(Subject::Post(place.post_id));
        if let Ok(frame) = HubFrame::tell(group, &event) {
            self.cloud.backplane().publish(&frame).await?;
        }
        cache
            .run(redis::cmd("SET").arg(&key).arg(now).arg("EX").arg(TOLD))
            .await
    }

    /// The post whose group hears of `subject`. One read for a comment.
    async fn place(&self, subject: Subject) -> Result<Option<Place>> {
        let comment_id = match subject {
            Subject::Post(post_id) => {
                return Ok(Some(Place {
                    post_id,
                    comment_id: None,
                }));
            }
            Subject::Comment(comment_id) => comment_id,
            Subject::Video(_) | Subject::User(_) => return Ok(None),
        };
        let comment = store::comment(self.cloud.documents(), comment_id).await?;
        Ok(match comment.map(|comment| comment.subject) {
            Some(Subject::Post(post_id)) => Some(Place {
                post_id,
                comment_id: Some(comment_id),
            }),
            _ => None,
        })
    }
}

impl Place {
    fn message(self, counters: Counters) -> ReactionUpdated {
        let counters = if self.comment_id.is_some() {
            serde_json::to_value(CommentCounters::from(counters))
        } else {
            serde_json::to_value(PostCounters::from(counters))
        };
        ReactionUpdated {
            post_id: self.post_id,
            comment_id: self.comment_id,
            counters: counters.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_what_rest_shows() {
        let counters = Counters {
            comments: 2,
            ..Counters::default()
        };
        let place = |comment_id| Place {
            post_id: PostId::random(),
            comment_id,
        };
        assert_eq!(place(None).message(counters).counters["comments"], 2);
        let comment = place(Some(CommentId::random()));
        assert_eq!(comment.message(counters).counters["replies"], 2);
    }
}
