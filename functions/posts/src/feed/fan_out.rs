//! Putting a post into the timelines of those who follow its author, and telling who is connected.

use super::cache::Announced;
use crate::model::StoredPost;
use crate::state::Posts;
use crate::store;
use cloud::{Result, hash};
use contracts::events::feed::{FeedFanOut, FollowedSince};
use contracts::hub::NewPostAvailable;
use contracts::{Audience, HubFrame, PostId, Subject, UserId};
use std::collections::HashSet;

impl Posts {
    /// To be called before a commit that makes a post, or shows one to others: from now on whoever may see it finds it. Should Redis be away, they do when
    /// the commit's event has come. One Redis command.
    pub(crate) async fn announce(&self, post: &StoredPost) {
        if let Err(error) = self.timelines.announce(post.author_id, post.position()).await {
            tracing::debug!(%error, "a post is announced by its event");
        }
    }

    /// Begins to put a post into timelines: that of its author, and page by page those of who follow them, unless these are too many. A read, its author's
    /// number of followers and profile when they are not kept, three Redis commands, and a message or a publish.
    pub(crate) async fn spread(&self, post_id: PostId) -> Result<()> {
        let Some(post) = store::post(self.cloud.documents(), post_id).await? else {
            return Ok(());
        };
        let (author, place) = (post.author_id, post.position());
        let announced = self.timelines.announce(author, place).await?;
        self.timelines.deliver(&[author], place).await?;
        if !post.shared {
            return self.timelines.clear(author, place, &announced).await;
        }
        let fan_out = FeedFanOut {
            post_id,
            author: self.access.summary(&post.author()).await?,
            created_at: post.created_at,
            announced: announced.0,
            after: None,
        };
        if self.is_crowded(author).await? {
            let channel = Audience::Group(Subject::User(author));
            return self
                .cloud
                .backplane()
                .publish(&available(channel, &fan_out)?)
                .await;
        }
        self.emit_page(&fan_out).await
    }

    /// Puts a post into the timelines of a page of followers, and publishes the next page. Reads the page, a Redis command for each of it, and a publish
    /// for who read their feed lately.
    pub(crate) async fn fan_out(&self, page: FeedFanOut) -> Result<()> {
        let (author, place) = (page.author.user_id, (page.created_at, page.post_id));
        let after = page.after.clone().map(|since| (since.at, since.edge));
        let followers = self
            .access
            .followers(author, after, self.settings.fan_out_page)
            .await?;
        let active = self.timelines.deliver(&followers.people, place).await?;
        self.tell_all(&active, &followers.muting, &page).await?;
        match followers.next {
            Some((at, edge)) => {
                let after = Some(FollowedSince { at, edge });
                self.emit_page(&FeedFanOut { after, ..page }).await
            }
            None => {
                self.timelines
                    .clear(author, place, &Announced(page.announced))
                    .await
            }
        }
    }

    /// Whether more follow `author` than are told one by one.
    async fn is_crowded(&self, author: UserId) -> Result<bool> {
        let counts = self.access.follower_counts(&[author]).await?;
        Ok(counts
            .first()
            .is_some_and(|count| *count > self.settings.fan_out_followers))
    }

    /// The same page of the same announcement has the same id.
    async fn emit_page(&self, page: &FeedFanOut) -> Result<()> {
        let edge = page
            .after
            .as_ref()
            .map_or(&b""[..], |since| since.edge.as_bytes());
        let id = hash::event_id::<FeedFanOut>(&[page.post_id.as_bytes(), page.announced.as_bytes(), edge]);
        self.cloud.events().emit(id, page).await
    }

    async fn tell_all(&self, readers: &[UserId], but: &[UserId], page: &FeedFanOut) -> Result<()> {
        let but: HashSet<&UserId> = but.iter().collect();
        let frames = readers
            .iter()
            .filter(|reader| !but.contains(reader))
            .map(|reader| available(Audience::User(*reader), page));
        let frames = frames.collect::<Result<Vec<HubFrame>>>()?;
        self.cloud.backplane().publish_all(&frames).await
    }
}

fn available(audience: Audience, page: &FeedFanOut) -> Result<HubFrame> {
    let event = NewPostAvailable {
        post_id: page.post_id,
        author: page.author.clone(),
        created_at: page.created_at,
    };
    HubFrame::tell(audience, &event).map_err(|source| cloud::Error::Unreadable {
        name: "NewPostAvailable".to_owned(),
        source: source.into(),
    })
}
