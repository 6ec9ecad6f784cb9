//! Telling those who have the bell on for somebody what is new of them: page by page, each by a message of its own but the first.

use crate::model::{News, Note, Record};
use crate::state::Notifications;
use cloud::{Result, hash};
use contracts::events::feed::FollowedSince;
use contracts::events::notifications::BellsRung;
use contracts::{EventId, Subject};
use futures::{TryStreamExt, stream};

/// How many inboxes of a page are written at a time.
const AT_ONCE: usize = 8;

impl Notifications {
    /// Tells a page of those who have the bell on that there is news, each once however often this is called, and publishes the next page. Nobody hears of
    /// what is gone or not for them by now, nor who ceased to follow, blocks or mutes meanwhile.
    ///
    /// A read when nobody has the bell on; else the page, what is new, a profile that is not kept, what each entry costs ([`Notifications::keep`]), and a
    /// message when there are more.
    pub(crate) async fn ring(&self, news: News, after: Option<FollowedSince>) -> Result<()> {
        let after = after.map(|since| (since.at, since.edge));
        let page = self.access.bells(news.author_id, after, self.bell_page).await?;
        if page.people.is_empty() {
            return Ok(());
        }
        let Some(thing) = self.access.thing(news.subject).await? else {
            return Ok(());
        };
        let wanted = page.people.iter().filter(|(reader, standing)| {
            // who is named in it hears of that
            !standing.unwanted()
                && standing.may_see(thing.visibility)
                && !thing.replies.mentioned.contains(reader)
        });
        let event = event_id(news.subject);
        let notes = wanted.filter_map(|(reader, _)| Note::of_news(&news, *reader));
        stream::iter(notes.map(Ok))
            .try_for_each_concurrent(AT_ONCE, async |note| {
                self.keep(Record::of(&note, event, news.published_at)).await
            })
            .await?;
        match page.next {
            Some((at, edge)) => self.ring_next(news, FollowedSince { at, edge }).await,
            None => Ok(()),
        }
    }

    /// The same page of the same news has the same id.
    async fn ring_next(&self, news: News, after: FollowedSince) -> Result<()> {
        let subject = news.subject.to_string();
        let id = hash::event_id::<BellsRung>(&[subject.as_bytes(), after.edge.as_bytes()]);
        let page = BellsRung {
            subject: news.subject,
            author_id: news.author_id,
            published_at: news.published_at,
            after,
        };
        self.cloud.events().emit(id, &page).await
    }
}

/// What is new is told once, by whatever message.
fn event_id(subject: Subject) -> EventId {
    hash::event_id::<BellsRung>(&[subject.to_string().as_bytes()])
}
