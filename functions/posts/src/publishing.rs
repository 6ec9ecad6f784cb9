//! What goes out with a post.

use crate::drafts::Draft;
use crate::model::{StoredPost, to_tell};
use crate::state::Posts;
use crate::store::POSTS;
use access::{Author, Standing};
use cloud::{Commit, IdempotencyKey, Result};
use contracts::events::posts::{PostCreated, PostShared, PostUpdated, UserMentioned};
use contracts::hub::{PostChanged, PostRemoved};
use contracts::resources::Post;
use contracts::{Audience, Subject, UserId};
use runtime::Created;
use std::collections::HashMap;

impl Posts {
    /// Stores `post` in `commit` and tells of it; `shared` is what it shares. Answers the post as its author sees it.
    ///
    /// Reads what the view of a shared post does, and profiles that are not kept.
    pub(crate) async fn publish(
        &self,
        commit: Commit,
        post: &StoredPost,
        shared: Option<&StoredPost>,
        audience: &HashMap<UserId, Standing>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Created<Post>> {
        let view = self.fresh(post, shared).await?;
        let mut commit = commit.create(POSTS, post).emit(&PostCreated {
            post_id: post.post_id,
            author_id: post.author_id,
            visibility: post.visibility,
            tags: post.tags.clone(),
            media_ids: post.facets().media_ids,
            shared_post_id: post.shared_post_id,
            created_at: Some(post.created_at),
        });
        if let Some(shared) = shared {
            commit = commit.emit(&PostShared {
                post_id: post.post_id,
                author_id: post.author_id,
                shared_post_id: shared.post_id,
                shared_author_id: shared.author_id,
                quote: !post.is_repost(),
            });
        }
        let commit = tell_named(commit, None, post, audience);
        let answer = Created::at(format!("/api/posts/{}", post.post_id), view).version(post.version);
        self.announce(post).await;
        commit.answer(key, answer).await
    }

    /// A new post by `author`, stored and told of.
    pub(crate) async fn publish_new(
        &self,
        author: &Author,
        draft: Draft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Created<Post>> {
        let post = StoredPost::write(author, draft.written, self.now());
        self.publish(self.commit(), &post, None, &draft.audience, key)
            .await
    }

    /// Adds to `commit` what the change from `before` to `after` makes known. Reads numbers and profiles that are not kept.
    pub(crate) async fn tell_changed(
        &self,
        commit: Commit,
        before: &StoredPost,
        after: &StoredPost,
        audience: &HashMap<UserId, Standing>,
    ) -> Result<Commit> {
        if after.shared && !before.shared {
            self.announce(after).await;
        }
        let commit = commit.emit(&PostUpdated {
            post_id: after.post_id,
            author_id: after.author_id,
            version: after.version,
            before: before.facets(),
            after: after.facets(),
            shared_post_id: after.shared_post_id,
            created_at: after.created_at,
        });
        let commit = tell_named(commit, Some(before), after, audience);
        let group = Audience::Group(Subject::Post(after.post_id));
        if after.stays_for_all(before) {
            let view = self.public_view(after).await?;
            Ok(commit.tell(group, &PostChanged(view)))
        } else {
            // some who look at it may not see what it became
            let post_id = after.post_id;
            Ok(commit.tell(group, &PostRemoved { post_id }))
        }
    }
}

/// Adds to `commit` that people are named. The events' ids follow from post and person: nobody hears of the same post twice.
fn tell_named(
    mut commit: Commit,
    before: Option<&StoredPost>,
    after: &StoredPost,
    audience: &HashMap<UserId, Standing>,
) -> Commit {
    let told = to_tell(
        after.author_id,
        before.map(StoredPost::naming),
        after.naming(),
        audience,
    );
    let subject = Subject::Post(after.post_id);
    for user_id in told {
        let id = cloud::hash::event_id::<UserMentioned>(&[after.post_id.as_bytes(), user_id.as_bytes()]);
        commit = commit.emit_as(
            id,
            &UserMentioned {
                user_id,
                author_id: after.author_id,
                subject,
                root: subject,
            },
        );
    }
    commit
}
