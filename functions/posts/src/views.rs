//! Posts and comments as they are shown.

use crate::model::StoredPost;
use crate::state::Posts;
use crate::store;
use cloud::Stored;
use contracts::resources::{Comment, Page, Post, PostCounters, PostViewer, ProfileSummary, ReplyPolicy};
use contracts::{PostId, Refusal, Subject, UserId};
use engagement::{Listed, StoredComment};
use futures::try_join;
use runtime::{PageQuery, Result};
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

    /// Posts as the viewer sees them. Reads their reactions to them, and numbers and profiles that are not kept.
    pub(crate) async fn views(&self, posts: &[&StoredPost], viewer: Option<UserId>) -> Result<Vec<Post>> {
        let subjects: Vec<Subject> = posts.iter().map(|post| Subject::Post(post.post_id)).collect();
        let authors = posts.iter().map(|post| post.author());
        let (people, numbers, mine) = try_join!(
            self.access.summaries(authors),
            self.engagement.counters(&subjects),
            self.engagement.reactions_of(&subjects, viewer)
        )?;
        let views = posts.iter().zip(numbers).zip(mine);
        Ok(views
            .map(|((post, numbers), reaction)| {
                let author = people.get(&post.author_id).cloned();
                Post {
                    counters: numbers.into(),
                    viewer: viewer.map(|_| PostViewer {
                        reaction,
                        ..PostViewer::default()
                    }),
                    ..fresh(post, author.unwrap_or_else(|| post.author().summary()))
                }
            })
            .collect())
    }

    /// One post as the viewer sees it.
    pub(crate) async fn view(&self, post: &StoredPost, viewer: Option<UserId>) -> Result<Post> {
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

    /// The page of the list `scope` whose comments, and one more if there is one, are `comments`.
    pub(crate) async fn comment_page(
        &self,
        query: &PageQuery,
        scope: &str,
        comments: Vec<Listed>,
        viewer: Option<UserId>,
    ) -> Result<Page<Comment>> {
        let page = query.page(&self.context, scope, comments, |listed| listed.position)?;
        let comments: Vec<&StoredComment> = page.items.iter().map(|listed| &listed.comment).collect();
        Ok(Page {
            items: self.engagement.comment_views(&comments, viewer).await?,
            next_cursor: page.next_cursor,
        })
    }
}

/// A post as its author sees it when it is made.
pub(crate) fn fresh(post: &StoredPost, author: ProfileSummary) -> Post {
    Post {
        post_id: post.post_id,
        author,
        text: post.text.clone(),
        media: Vec::new(),
        tags: Vec::new(),
        mentions: Vec::new(),
        visibility: post.visibility,
        reply_policy: ReplyPolicy::default(),
        shared_post: None,
        pinned: false,
        counters: PostCounters::default(),
        viewer: Some(PostViewer::default()),
        created_at: post.created_at,
        edited_at: None,
    }
}
