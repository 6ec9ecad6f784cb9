//! Posts and comments as they are shown.

use crate::model::{StoredMention, StoredPost};
use crate::state::Posts;
use crate::store;
use access::Author;
use cloud::Stored;
use contracts::resources::{
    Mention, Page, Post, PostCounters, PostViewer, ProfileSummary, SharedPost, SharedPostStatus,
};
use contracts::{PostId, Refusal, Subject, UserId};
use futures::try_join;
use runtime::{PageQuery, Result};
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;

impl Posts {
    /// The post, if the viewer may see it. One read, and one more when following decides.
    pub(crate) async fn visible(
        &self,
        id: PostId,
        viewer: Option<UserId>,
    ) -> cloud::Result<Stored<StoredPost>> {
        let post = store::post(self.cloud.documents(), id).await?;
        let post = post.ok_or(Refusal::NotFound)?;
        let seen = self
            .access
            .may_see(post.visibility, post.author_id, viewer)
            .await?;
        if seen {
            Ok(post)
        } else {
            Err(Refusal::NotFound.into())
        }
    }

    /// Posts as the viewer sees them, with what they share as far as the viewer may see that.
    ///
    /// Reads the viewer's reactions and bookmarks of them, what they share, and numbers and profiles that are not kept.
    pub(crate) async fn views(
        &self,
        posts: &[&StoredPost],
        viewer: Option<UserId>,
    ) -> cloud::Result<Vec<Post>> {
        let shared = self.shared_by(posts, viewer).await?;
        let all: Vec<&StoredPost> = posts
            .iter()
            .copied()
            .chain(shared.values().map(Deref::deref))
            .collect();
        let mut views = self.plain_views(&all, viewer).await?;
        let shared = views.split_off(posts.len().min(views.len()));
        let shared: HashMap<PostId, Post> = shared.into_iter().map(|post| (post.post_id, post)).collect();
        for (post, view) in posts.iter().zip(&mut views) {
            view.shared_post = post.shared_post_id.map(|id| shown(shared.get(&id).cloned()));
        }
        Ok(views)
    }

    /// The posts that `posts` share and the viewer may see. One read each, and how the viewer stands to their authors when that is not kept.
    async fn shared_by(
        &self,
        posts: &[&StoredPost],
        viewer: Option<UserId>,
    ) -> cloud::Result<HashMap<PostId, Stored<StoredPost>>> {
        let ids: BTreeSet<PostId> = posts.iter().filter_map(|post| post.shared_post_id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<PostId> = ids.into_iter().collect();
        let found = store::posts(self.cloud.documents(), &ids).await?;
        let found: Vec<Stored<StoredPost>> = found.into_iter().flatten().collect();
        let seen = self.seen_by(viewer, found).await?;
        Ok(seen.into_iter().map(|post| (post.post_id, post)).collect())
    }

    /// Those of `posts` that the viewer may see. How they stand to the authors is read when it is not kept.
    pub(crate) async fn seen_by<P: Deref<Target = StoredPost>>(
        &self,
        viewer: Option<UserId>,
        posts: Vec<P>,
    ) -> cloud::Result<Vec<P>> {
        let authors: Vec<UserId> = posts.iter().map(|post| post.author_id).collect();
        let standings = self.access.standings(viewer, &authors).await?;
        let may_see = |post: &P| {
            let standing = standings.get(&post.author_id);
            standing.is_some_and(|standing| standing.may_see(post.visibility))
        };
        Ok(posts.into_iter().filter(may_see).collect())
    }

    /// Posts as the viewer sees them; what they share stays folded.
    async fn plain_views(&self, posts: &[&StoredPost], viewer: Option<UserId>) -> cloud::Result<Vec<Post>> {
        let ids: Vec<PostId> = posts.iter().map(|post| post.post_id).collect();
        let subjects: Vec<Subject> = ids.iter().copied().map(Subject::Post).collect();
        let (people, numbers, mine, bookmarked) = try_join!(
            self.access
                .summaries(posts.iter().flat_map(|post| people_in(post))),
            self.engagement.counters(&subjects),
            self.engagement.reactions_of(&subjects, viewer),
            store::bookmarked(self.cloud.documents(), viewer, &ids)
        )?;
        let views = posts.iter().zip(numbers).zip(mine).zip(bookmarked);
        Ok(views
            .map(|(((post, numbers), reaction), bookmarked)| Post {
                counters: numbers.into(),
                viewer: viewer.map(|_| PostViewer { reaction, bookmarked }),
                ..self.bare(post, &people)
            })
            .collect())
    }

    /// A new post as its author sees it; `shared` is what it shares. Reads profiles that are not kept, and what the view of `shared` does.
    pub(crate) async fn fresh(&self, post: &StoredPost, shared: Option<&StoredPost>) -> cloud::Result<Post> {
        let people = self.access.summaries(people_in(post)).await?;
        let shared: Vec<&StoredPost> = shared.into_iter().collect();
        let shared = self.plain_views(&shared, Some(post.author_id)).await?.pop();
        Ok(Post {
            viewer: Some(PostViewer::default()),
            shared_post: post.shared_post_id.map(|_| shown(shared)),
            ..self.bare(post, &people)
        })
    }

    /// A post as everybody sees it who may, for frames of hubs. Reads numbers and profiles that are not kept.
    pub(crate) async fn public_view(&self, post: &StoredPost) -> cloud::Result<Post> {
        let views = self.plain_views(&[post], None).await?;
        Ok(views.into_iter().next().ok_or(Refusal::NotFound)?)
    }

    /// A post without numbers.
    fn bare(&self, post: &StoredPost, people: &HashMap<UserId, ProfileSummary>) -> Post {
        let summary = |author: Author| {
            let known = people.get(&author.user_id).cloned();
            known.unwrap_or_else(|| author.summary())
        };
        let mention = |mention: &StoredMention| Mention {
            user: summary(mention.person()),
            named: mention.written.then(|| mention.username.clone()),
            tagged: mention.tagged,
        };
        Post {
            post_id: post.post_id,
            author: summary(post.author()),
            text: post.text.clone(),
            media: post.media.iter().map(|media| media.view(&self.access)).collect(),
            tags: post.tags.clone(),
            mentions: post.mentions.iter().map(mention).collect(),
            visibility: post.visibility,
            reply_policy: post.reply_policy,
            shared_post: post
                .shared_post_id
                .map(|_| SharedPost::without(SharedPostStatus::Folded)),
            pinned: post.pinned,
            counters: PostCounters::default(),
            viewer: None,
            created_at: post.created_at,
            edited_at: post.edited_at,
        }
    }

    /// One post as the viewer sees it.
    pub(crate) async fn view(&self, post: &StoredPost, viewer: Option<UserId>) -> cloud::Result<Post> {
        let views = self.views(&[post], viewer).await?;
        Ok(views.into_iter().next().ok_or(Refusal::NotFound)?)
    }

    /// The page of the list `scope` whose posts, and one more if there is one, are `posts`.
    pub(crate) async fn page(
        &self,
        query: &PageQuery,
        scope: &str,
        posts: Vec<Stored<StoredPost>>,
        viewer: Option<UserId>,
    ) -> Result<Page<Post>> {
        let page = query.page(&self.context, scope, posts, |post| post.position())?;
        let posts: Vec<&StoredPost> = page.items.iter().map(Deref::deref).collect();
        Ok(Page {
            items: self.views(&posts, viewer).await?,
            next_cursor: page.next_cursor,
        })
    }
}

/// Everybody whom a post shows.
fn people_in(post: &StoredPost) -> impl Iterator<Item = Author> {
    let mentioned = post.mentions.iter().map(StoredMention::person);
    std::iter::once(post.author()).chain(mentioned)
}

/// What a post shares, when the viewer may see it.
fn shown(post: Option<Post>) -> SharedPost {
    match post {
        Some(post) => SharedPost {
            status: SharedPostStatus::Shown,
            post: Some(Box::new(post)),
        },
        None => SharedPost::without(SharedPostStatus::Unavailable),
    }
}
